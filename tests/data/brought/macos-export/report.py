import pandas as pd
from rich.console import Console
from rich.table import Table


def main():
    ships = pd.DataFrame({"ship": ["Aurora", "Bounty", "Cutty"], "tons": [120, 80, 210]})
    table = Table("ship", "tons")
    for ship, tons in ships.itertuples(index=False):
        table.add_row(ship, str(tons))
    Console().print(table)
    print("in all:", ships.tons.sum())


if __name__ == "__main__":
    main()

from pathlib import Path

import pandas as pd
from fastapi import FastAPI

app = FastAPI(title="Stations")
stations = pd.read_csv(Path(__file__).parent / "stations.csv")


@app.get("/")
def read_root():
    return {"stations": len(stations)}


@app.get("/stations/{name}")
def read_station(name: str):
    found = stations[stations["name"] == name]
    return found.to_dict(orient="records")

"""`python -m tui` is `condock`."""

from tui.main import main

if __name__ == "__main__":
    raise SystemExit(main())

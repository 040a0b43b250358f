"""The plain front end: the wizard's plan, steps and events as lines. stdout is data, stderr is talk."""

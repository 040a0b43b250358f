"""Make a picture smaller: the size is in settings.yml."""

import sys

import cv2
import numpy as np
import yaml


def main():
    with open("settings.yml") as file:
        settings = yaml.safe_load(file)
    if len(sys.argv) > 1:
        picture = cv2.imread(sys.argv[1])
    else:
        picture = np.zeros((64, 64, 3), dtype=np.uint8)
    small = cv2.resize(picture, (settings["width"], settings["height"]))
    print("shrunk to", "x".join(map(str, small.shape[:2])))


if __name__ == "__main__":
    main()

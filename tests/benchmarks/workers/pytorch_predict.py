"""Reads the digit in a picture with PyTorch and torchvision, as their tutorials do.

    python pytorch_predict.py MODEL.pt PICTURE

MODEL.pt holds the weights of 784-128-relu-10 that pytorch.py saved. The picture shows one digit, dark on white.
"""

import sys

import torch
from PIL import Image, ImageOps
from torch import nn
from torchvision import transforms


def main(model: str, picture: str) -> None:
    """Load the network, convert the picture, and print the digit."""
    network = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    network.load_state_dict(torch.load(model, weights_only=True))
    network.eval()
    convert = transforms.Compose([transforms.Grayscale(), transforms.Resize((28, 28)), transforms.ToTensor()])
    with Image.open(picture) as image, torch.no_grad():
        outputs = network(convert(ImageOps.invert(image.convert("L"))).flatten(start_dim=1))
    print(int(outputs.argmax()))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The four networks of training.py as PyTorch modules. Parameter names and their order are those of src/nn/models."""
import torch.nn.functional as F
from torch import nn


def conv(i, o, kernel, stride=1, pad=0, bias=False):
    return nn.Conv2d(i, o, kernel, stride=stride, padding=pad, bias=bias)


class LeNet5(nn.Module):
    """61,706 parameters, 1×28×28."""

    def __init__(self):
        super().__init__()
        self.conv1 = conv(1, 6, 5, pad=2, bias=True)
        self.conv2 = conv(6, 16, 5, bias=True)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Lab(nn.Module):
    """Four convolutions with batch norm, 1×28×28; `width` channels at first, four times as many at the end."""

    def __init__(self, width=8):
        super().__init__()
        sizes = [(1, width, 2), (width, 2 * width, 2), (2 * width, 2 * width, 1), (2 * width, 4 * width, 2)]
        for k, (i, o, stride) in enumerate(sizes, 1):
            setattr(self, f"conv{k}", conv(i, o, 3, stride, 1))
            setattr(self, f"bn{k}", nn.BatchNorm2d(o))
        self.classifier = nn.Linear(4 * width, 10)

    def forward(self, x):
        for k in range(1, 5):
            x = F.relu(getattr(self, f"bn{k}")(getattr(self, f"conv{k}")(x)))
        return self.classifier(x.mean((2, 3)))


class Vgg16(nn.Module):
    """VGG-16 with batch norm at an eighth of its width, 3×32×32; mean pool and a linear layer with bias at the end."""

    def __init__(self, divide=8):
        super().__init__()
        layers, i = [], 3
        for entry in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512]:
            if entry == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                o = entry // divide
                layers += [conv(i, o, 3, pad=1), nn.BatchNorm2d(o), nn.ReLU()]
                i = o
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(i, 10)

    def forward(self, x):
        return self.classifier(F.avg_pool2d(self.features(x), 2).flatten(1))


class Block(nn.Module):
    """Basic residual block; where it changes the size, a 1×1 projection with batch norm on the shortcut."""

    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1 = conv(i, o, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = conv(o, o, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(o)
        same = stride == 1 and i == o
        self.shortcut = nn.Sequential() if same else nn.Sequential(conv(i, o, 1, stride), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet20(nn.Module):
    """272,474 parameters, 3×32×32."""

    def __init__(self):
        super().__init__()
        self.conv = conv(3, 16, 3, pad=1)
        self.bn = nn.BatchNorm2d(16)
        blocks, i = [], 16
        for stage, o in enumerate([16, 32, 64]):
            for block in range(3):
                blocks.append(Block(i, o, 2 if stage > 0 and block == 0 else 1))
                i = o
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(self.blocks(F.relu(self.bn(self.conv(x)))).mean((2, 3)))

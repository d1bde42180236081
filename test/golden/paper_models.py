"""The paper's networks at their full width as PyTorch modules, module names and order as in the authors' code.

Parameter names and their order must be those of src/nn/models: shapes.py writes them down, full_width.py trains two.
"""
import torch.nn.functional as F
from torch import nn

VGG = {
    "vgg11": (1, 1, 2, 2, 2),
    "vgg16": (2, 2, 3, 3, 3),
    "vgg19": (2, 2, 4, 4, 4),
}


class Vgg(nn.Module):
    """conv3×3 → BN → ReLU, 2×2 max pools between the five groups, average pool of what is left, linear with bias."""

    def __init__(self, depth, in_channels=3, classes=10, width=1):
        super().__init__()
        layers, i = [], in_channels
        for group, (channels, count) in enumerate(zip([64, 128, 256, 512, 512], VGG[depth])):
            if group > 0:
                layers.append(nn.MaxPool2d(2, 2))
            for _ in range(count):
                o = round(channels * width)
                layers += [nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]
                i = o
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(i, classes)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(F.avg_pool2d(x, x.shape[2]).flatten(1))


def projection(i, o, stride):
    """The way round a block: nothing to do where the shape stays, conv1×1 + BN where it changes."""
    if stride == 1 and i == o:
        return nn.Sequential()
    return nn.Sequential(nn.Conv2d(i, o, 1, stride=stride, bias=False), nn.BatchNorm2d(o))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)
        self.shortcut = projection(i, o, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, i, planes, stride):
        super().__init__()
        o = planes * self.expansion
        self.conv1 = nn.Conv2d(i, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, o, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(o)
        self.shortcut = projection(i, o, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """Four stages. Small images: 3×3 stem, linear classifier. Large ones: 7×7 stem and pool, 1×1 conv as classifier."""

    def __init__(self, block, blocks, in_channels=3, classes=10, planes=(64, 128, 256, 512), large=False, conv_fc=False):
        super().__init__()
        first = {"kernel_size": 7, "stride": 2, "padding": 3} if large else {"kernel_size": 3, "padding": 1}
        self.conv1 = nn.Conv2d(in_channels, planes[0], bias=False, **first)
        self.bn1 = nn.BatchNorm2d(planes[0])
        self.large = large
        i = planes[0]
        for stage, (p, count) in enumerate(zip(planes, blocks), 1):
            layers = []
            for k in range(count):
                layers.append(block(i, p, 2 if stage > 1 and k == 0 else 1))
                i = p * block.expansion
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.conv_fc = large or conv_fc
        self.classifier = nn.Conv2d(i, classes, 1, bias=False) if self.conv_fc else nn.Linear(i, classes, bias=False)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if self.large:
            x = F.max_pool2d(x, 3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = F.adaptive_avg_pool2d(x, 1)
        return self.classifier(x).flatten(1) if self.conv_fc else self.classifier(x.flatten(1))


RESNET = {"resnet18": (Basic, (2, 2, 2, 2)), "resnet34": (Basic, (3, 4, 6, 3)), "resnet50": (Bottleneck, (3, 4, 6, 3))}


class CifarResNet(nn.Module):
    """ResNet-20, 32, 56: stem 16, three stages of 16, 32 and 64 channels, global pool, linear with bias."""

    def __init__(self, blocks, in_channels=3, classes=10, width=1):
        super().__init__()
        planes = [round(p * width) for p in (16, 32, 64)]
        self.conv = nn.Conv2d(in_channels, planes[0], 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(planes[0])
        layers, i = [], planes[0]
        for stage, p in enumerate(planes):
            for k in range(blocks):
                layers.append(Basic(i, p, 2 if stage > 0 and k == 0 else 1))
                i = p
        self.blocks = nn.Sequential(*layers)
        self.fc = nn.Linear(i, classes)

    def forward(self, x):
        return self.fc(self.blocks(F.relu(self.bn(self.conv(x)))).mean((2, 3)))


CIFAR_RESNET = {"resnet20": 3, "resnet32": 5, "resnet56": 9}


def build(name, in_channels=3, classes=10, width=None, stem="cifar"):
    """A network by its name in `startsparse models`; width as there."""
    if name in VGG:
        return Vgg(name, in_channels, classes, 1 if width is None else width)
    if name in CIFAR_RESNET:
        return CifarResNet(CIFAR_RESNET[name], in_channels, classes, 1 if width is None else width)
    large = stem == "imagenet"
    if name in RESNET:
        planes = [round(p * (1 if width is None else width)) for p in (64, 128, 256, 512)]
        return ResNet(*RESNET[name], in_channels, classes, planes, large)
    planes = {
        "resnet18-constant": lambda w: [w, w, w, w],
        "resnet18-increasing": lambda w: [w, 2 * w, 4 * w, 8 * w],
        "resnet18-capped": lambda w: [min(p, w) for p in (64, 128, 256, 512)],
    }[name](width)
    return ResNet(*RESNET["resnet18"], in_channels, classes, planes, large, conv_fc=True)

"""The nets whose pictures are tested and looked at."""

from __future__ import annotations

from archdsl.ir import structure as st
from tests.diagram.build import Net, op


def lenet() -> st.Net:
    n = Net("LeNet5", 32, 32, 1, file="lenet.arch")
    for c in (6, 16):
        n.conv(c, 5, pad=False)
        n.same("tanh")
        n.pool("avgpool", 2)
    n.flatten()
    for c in (120, 84):
        n.linear(c)
        n.same("tanh")
    n.linear(10)
    return n.done()


def vgg(*, labels: bool = True) -> st.Net:
    n = Net("VGG16", 224, 224, 3)

    def stage(c: int, times: int) -> None:
        n.repeat(times, lambda i: (n.conv(c, 3), n.same("relu")))
        n.pool("maxpool", 2)

    for i, (c, times) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]):
        if labels:
            with n.group(f"conv{i + 1}"):
                stage(c, times)
        else:
            stage(c, times)
    n.flatten()
    for _ in range(2):
        n.linear(4096)
        n.same("relu")
        n.same("dropout", p=0.5)
    n.linear(1000)
    return n.done()


def bottleneck(n: Net, c: int, stride: int, project: bool) -> None:
    def body() -> None:
        n.conv(c, 1)
        n.same("bn", "relu")
        n.conv(c, 3, stride)
        n.same("bn", "relu")
        n.conv(4 * c, 1)
        n.same("bn")

    def shortcut() -> None:
        with n.group("downsample"):
            n.conv(4 * c, 1, stride)
            n.same("bn")

    args: dict[str, object] = {} if stride == 1 else {"stride": stride}
    with n.block("Bottleneck", c, **args):
        n.residual(body, shortcut if project else None)
        n.same("relu")


def resnet(depths: tuple[int, ...] = (3, 4, 6, 3)) -> st.Net:
    n = Net("ResNet50", 224, 224, 3, file="resnet.arch")
    n.conv(64, 7, 2)
    n.same("bn", "relu")
    n.pool("maxpool", 3, 2)
    for at, depth in enumerate(depths):
        with n.group(f"layer{at + 1}"):
            n.repeat(
                depth,
                lambda i, at=at: bottleneck(n, 64 * 2**at, 2 if at and i == 0 else 1, i == 0),
            )
    n.global_avgpool()
    n.flatten()
    n.linear(1000)
    return n.done()


def inception(blocks: int = 9) -> st.Net:
    n = Net("GoogLeNet", 224, 224, 3)

    def conv(c: int, k: int = 1, stride: int = 1) -> None:
        with n.block("ConvBN"):
            n.conv(c, k, stride)
            n.same("bn", "relu")

    def block(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
        with n.block("Inception", a, b, c, d, e, f):
            n.concat(
                lambda: conv(a),
                lambda: (conv(b), conv(c, 3)),
                lambda: (conv(d), conv(e, 5)),
                lambda: (n.pool("maxpool", 3, 1), conv(f)),
            )

    def head(label: str) -> None:
        with n.head(label), n.block("AuxHead", classes=1000):
            n.pool("avgpool", 5, 3)
            conv(128)
            n.flatten()
            n.linear(1024)
            n.same("relu")
            n.same("dropout", p=0.7)
            n.linear(1000)

    conv(64, 7, 2)
    n.pool("maxpool", 3, 2)
    conv(64)
    conv(192, 3)
    n.pool("maxpool", 3, 2)
    rows = [
        ("3", [(64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)]),
        (
            "4",
            [
                (192, 96, 208, 16, 48, 64),
                (160, 112, 224, 24, 64, 64),
                (128, 128, 256, 24, 64, 64),
                (112, 144, 288, 32, 64, 64),
                (256, 160, 320, 32, 128, 128),
            ],
        ),
        ("5", [(256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)]),
    ]
    made = 0
    for name, widths in rows:
        for i, width in enumerate(widths):
            if made == blocks:
                break
            block(*width)
            made += 1
            if name == "4" and i in (0, 3):
                head(f"aux{1 if i == 0 else 2}")
        if name != "5" and made < blocks:
            n.pool("maxpool", 3, 2)
    n.global_avgpool()
    n.flatten()
    n.same("dropout", p=0.4)
    n.linear(1000)
    return n.done()


def unet(depth: int = 4) -> st.Net:
    n = Net("UNet", 256, 256, 1)

    def double(c: int) -> int:
        with n.block("Double", c):
            for _ in range(2):
                n.conv(c)
                n.same("bn", "relu")
        return n.now

    kept = []
    for i in range(depth):
        kept.append(double(64 * 2**i))
        n.pool("maxpool", 2)
    double(64 * 2**depth)
    for i in reversed(range(depth)):
        n.deconv(64 * 2**i)
        n.join(kept[i], f"enc{i + 1}")
        double(64 * 2**i)
    n.conv(2, 1)
    return n.done()


def mobilenet() -> st.Net:
    n = Net("MobileNetV2", 224, 224, 3)

    def cbr(c: int, k: int = 1, stride: int = 1) -> None:
        with n.block("ConvBN"):
            n.conv(c, k, stride)
            n.same("bn", "relu6")

    def inverted(t: int, c: int, stride: int) -> None:
        width = n.shape().channels

        def body() -> None:
            if t != 1:
                cbr(t * width)
            n.depthwise(3, stride)
            n.same("bn", "relu6")
            n.conv(c, 1)
            n.same("bn")

        with n.block("Inverted", t, c, stride):
            if stride == 1 and width == c:
                n.residual(body)
            else:
                body()

    cbr(32, 3, 2)
    for t, c, times, stride in [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ]:
        n.repeat(times, lambda i, t=t, c=c, s=stride: inverted(t, c, s if i == 0 else 1))
    cbr(1280)
    n.global_avgpool()
    n.flatten()
    n.same("dropout", p=0.2)
    n.linear(1000)
    return n.done()


def densenet() -> st.Net:
    n = Net("DenseNet", 224, 224, 3)

    def layer() -> None:
        n.same("bn", "relu")
        n.conv(128, 1)
        n.same("bn", "relu")
        n.conv(32, 3)

    def dense(_: int) -> None:
        with n.block("DenseLayer", growth=32):
            n.concat(lambda: None, layer)

    n.conv(64, 7, 2)
    n.same("bn", "relu")
    n.pool("maxpool", 3, 2)
    for i, count in enumerate((6, 12, 24, 16)):
        with n.group(f"denseblock{i + 1}"):
            n.repeat(count, dense)
        if i < 3:
            with n.group(f"transition{i + 1}"):
                n.same("bn", "relu")
                n.conv(n.shape().channels // 2, 1)
                n.pool("avgpool", 2)
    n.same("bn", "relu")
    n.global_avgpool()
    n.flatten()
    n.linear(1000)
    return n.done()


def gated() -> st.Net:
    """Squeeze-and-excitation, within a residual."""
    n = Net("Gated", 56, 56, 64)

    def squeeze() -> None:
        n.global_avgpool()
        n.conv(4, 1)
        n.same("relu")
        n.conv(64, 1)
        n.same("sigmoid")

    def body() -> None:
        n.conv(64)
        n.same("bn", "relu")
        n.gate(squeeze)

    with n.block("SE", 64):
        n.residual(body)
    return n.done()


def hostile(text: str) -> st.Net:
    """`text` wherever a user's own words go."""
    n = Net(text, 8, 8, 3, file=text)
    with n.group(text), n.block(text, word=text):
        kept = n.conv(8)
        n.layer(op(text), (8, 8), 8)
        n.conv(8)
        n.join(kept, text)
    with n.head(text):
        n.conv(2)
        n.conv(3)
    n.conv(4)
    n.outputs = [(text, n.now), (None, kept)]
    return n.done()


ALL = {
    "lenet": lenet,
    "vgg": vgg,
    "resnet": resnet,
    "inception": inception,
    "unet": unet,
    "mobilenet": mobilenet,
    "densenet": densenet,
    "gated": gated,
}

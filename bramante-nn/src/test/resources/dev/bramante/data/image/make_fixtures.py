"""Makes the pictures of this folder, and beside each what Pillow reads of it, as PPM.

Run here with Pillow 12.3 and NumPy: python make_fixtures.py. The pictures are drawn by this script.
"""

import io

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 23, 17


def drawing(width, height):
    """Smooth colours with a few hard edges."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 127 + 120 * np.sin(x / 5) * np.cos(y / 7)
    green = 255 * x / width
    blue = np.where((x // 6 + y // 5) % 2 == 0, 40, 220)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


def save(image, name, **options):
    image.save(name, **options)
    expect(name)


def expect(name):
    image = Image.open(name)
    ImageOps.exif_transpose(image).convert("RGB").save(name + ".ppm")


def exif(orientation):
    tags = Image.Exif()
    tags[274] = orientation
    return tags


def pictures():
    rgb = drawing(WIDTH, HEIGHT)
    alpha = Image.fromarray((np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) % 256).astype(np.uint8))
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    save(rgb, "color.png")
    save(rgba, "alpha.png")
    save(rgb.convert("L"), "gray.png")
    save(Image.merge("LA", [rgb.convert("L"), alpha]), "gray-alpha.png")
    save(rgb.convert("1"), "bits.png")
    save(rgb.quantize(13), "palette.png")
    save(rgb.quantize(13), "transparent.png", transparency=3)
    save(rgb, "color.bmp")
    save(rgb.quantize(200), "palette.bmp")
    save(rgb.convert("L"), "gray.bmp")
    save(rgb.quantize(60), "palette.gif")
    frames = [rgb.quantize(16), rgb.rotate(180).quantize(16)]
    save(frames[0], "frames.gif", save_all=True, append_images=frames[1:])
    save(rgb, "lossless.webp", lossless=True)
    save(rgba, "alpha.webp", lossless=True, exact=True)
    save(rgb, "lossy.webp", quality=80)
    save(rgb, "half.jpg", quality=90)
    save(rgb, "full.jpg", quality=90, subsampling=0)
    save(rgb, "wide.jpg", quality=90, subsampling=1)
    save(rgb, "progressive.jpg", quality=90, progressive=True)
    save(rgb.convert("L"), "gray.jpg", quality=90)
    save(rgb.convert("CMYK"), "cmyk.jpg", quality=90)
    save(rgb, "rgb.jpg", quality=90, keep_rgb=True)
    for orientation in range(1, 9):
        save(rgb, f"turned-{orientation}.jpg", quality=90, exif=exif(orientation))
    save(rgb, "turned-6.png", exif=exif(6))
    save(rgb, "turned-7.webp", lossless=True, exif=exif(7))


def deep():
    """16 bits a channel, which Pillow cannot write: by hand."""
    import struct
    import zlib

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    def png(name, kind, samples):
        rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, kind, 0, 0, 0)
        with open(name, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
            file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

    values = np.asarray(drawing(WIDTH, HEIGHT)).astype(np.uint16) * 256 + 77
    png("deep.png", 2, values.reshape(HEIGHT, -1))
    expect("deep.png")
    png("deep-gray.png", 0, values[:, :, 0])
    # Pillow clips 16-bit grey at 255; the high byte is what was meant.
    Image.fromarray((values[:, :, 0] >> 8).astype(np.uint8)).convert("RGB").save("deep-gray.png.ppm")


def inverted_ycck():
    """YCCK with an Adobe segment, as Photoshop writes it: the CMYK file relabelled."""
    data = bytearray(open("cmyk.jpg", "rb").read())
    at = data.find(b"Adobe")
    assert at > 0, "no Adobe segment"
    data[at + 11] = 2
    open("ycck.jpg", "wb").write(data)
    expect("ycck.jpg")


def resized():
    source = drawing(61, 47)
    source.save("scaled.png")
    filters = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
    for name, kind in filters.items():
        for width, height in [(20, 15), (61, 10), (7, 47), (97, 80), (1, 1), (61, 46)]:
            source.resize((width, height), kind).save(f"scaled-{name}-{width}x{height}.ppm")


def recolored():
    """Torchvision's definitions, which are Pillow's enhancers and a turn in HSV."""
    source = drawing(WIDTH, HEIGHT)
    kinds = {
        "brightness": ImageEnhance.Brightness,
        "contrast": ImageEnhance.Contrast,
        "saturation": ImageEnhance.Color,
    }
    for name, kind in kinds.items():
        for factor in (0.6, 1.4):
            kind(source).enhance(factor).save(f"{name}-{factor}.ppm")
    for turn in (-0.1, 0.3):
        hue, saturation, value = source.convert("HSV").split()
        turned = (np.asarray(hue).astype(int) + int(turn * 255)) % 256
        hue = Image.fromarray(turned.astype(np.uint8))
        Image.merge("HSV", (hue, saturation, value)).convert("RGB").save(f"hue-{turn}.ppm")


pictures()
deep()
inverted_ycck()
resized()
recolored()

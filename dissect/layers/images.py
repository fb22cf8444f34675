"""Pictures: PNG (RFC 2083), GIF (87a, 89a) and JPEG with JFIF.

    PNG:  signature, then chunks:  length (4) | type (4) | data | CRC (4)
    GIF:  "GIF89a" | screen | colours | blocks: 0x2C image, 0x21 extension, 0x3B end; data in pieces of <= 255
    JPEG: segments:  0xFF marker | length (2) | data;  coded data behind a start of scan
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import FLOAT, HEX, STRING, STRINGZ, UINT_BYTES, Field, flag, group, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

CHUNKS = {
    b"IHDR": "Image Header", b"bKGD": "Background colour", b"cHRM": "Primary chromaticities", b"gAMA": "Image gamma",
    b"iCCP": "Embedded ICC profile", b"IDAT": "Image data chunk", b"iTXt": "International textual data",
    b"pHYs": "Physical pixel dimensions", b"PLTE": "Palette", b"sBIT": "Significant bits",
    b"sPLT": "Suggested palette", b"sRGB": "Standard RGB colour space", b"tEXt": "Textual data",
    b"tIME": "Image last-modification time", b"tRNS": "Transparency", b"zTXt": "Compressed textual data",
    b"IEND": "Image Trailer",
}  # fmt: skip
COLOURS = {0: "Greyscale", 2: "Truecolour", 3: "Indexed-colour", 4: "Greyscale with alpha", 6: "Truecolour with alpha"}
AXES = ("white", "red", "green", "blue")


class PNG(Layer):
    """Portable Network Graphics."""

    name, label = "png", "Portable Network Graphics"

    signature = raw(None, "png.signature", "PNG Signature", size=8)
    chunk = group("", "Chunk")
    length_of = u32(None, "png.chunk.len", "Len")
    type = Field("png.chunk.type", "Chunk", STRING, size=4)
    bits = u32(None, "", "Properties", HEX)
    ancillary = flag(None, "png.chunk.flag.ancillary", "Ancillary", 0x20000000, within=bits)
    private = flag(None, "png.chunk.flag.private", "Private", 0x00200000, within=bits)
    copied = flag(None, "png.chunk.flag.stc", "Safe To Copy", 0x00000020, within=bits)
    data = group("png.chunk.data", "Data")
    crc = u32(None, "png.chunk.crc", "CRC", HEX)
    other = raw(None, "", "Data")
    picture = (
        u32(None, "png.ihdr.width", "Width"), u32(None, "png.ihdr.height", "Height"),
        u8(None, "png.ihdr.bitdepth", "Bit Depth"), u8(None, "png.ihdr.colour_type", "Colour Type", names=COLOURS),
        u8(None, "png.ihdr.compression_method", "Compression Method", names={0: "Deflate"}),
        u8(None, "png.ihdr.filter_method", "Filter Method", names={0: "Adaptive"}),
        u8(None, "png.ihdr.interlace_method", "Interlace Method", names={0: "No interlace", 1: "Adam7"}),
    )  # fmt: skip
    size_of = (
        u32(None, "png.phys.horiz", "Horizontal pixels per unit"),
        u32(None, "png.phys.vert", "Vertical pixels per unit"),
        u8(None, "png.phys.unit", "Unit", names={0: "Unit is unknown", 1: "Unit is METRE"}),
    )
    time = (
        u16(None, "png.time.year", "Year"), u8(None, "png.time.month", "Month"), u8(None, "png.time.day", "Day"),
        u8(None, "png.time.hour", "Hour"), u8(None, "png.time.minute", "Minute"), u8(None, "png.time.second", "Second"),
    )  # fmt: skip
    keyword, text = Field("png.text.keyword", "Keyword", STRING), Field("png.text.string", "String", STRING)
    gamma = Field("png.gama.gamma", "Gamma", FLOAT)
    intent = u8(None, "png.srgb.intent", "Intent")
    index, grey = u8(None, "png.bkgd.palette_index", "Palette Index"), u16(None, "png.bkgd.greyscale", "Greyscale", HEX)
    background = tuple(u16(None, f"png.bkgd.{name.lower()}", name, HEX) for name in ("Red", "Green", "Blue"))
    places = tuple(
        Field(f"png.chrm.{name}.{axis}", f"{name.title()} {axis.upper()}", FLOAT) for name in AXES for axis in "xy"
    )

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(" (PNG)")
        c.add(cls.signature)
        while c.remaining >= 8:
            size, name = c.peek(4), c.peek_bytes(4, 4)
            shown = name.decode("latin-1")
            with c.group(cls.chunk, 12 + size, f"{CHUNKS.get(name, 'Unknown')} ({shown})") as c:
                c.add(cls.length_of)
                word = c.peek(4)
                c.add(cls.type, 4, value=shown)
                for one in (cls.ancillary, cls.private, cls.copied):
                    c.derived(one, bool(word & one.mask))
                cls._chunk(c, name, size)
                c.add(cls.crc)

    @classmethod
    def _chunk(cls, c: Cursor, name: bytes, size: int) -> None:
        end, several = c.pos + size, {b"IHDR": cls.picture, b"pHYs": cls.size_of, b"tIME": cls.time}.get(name)
        if several is not None and size == sum(int(field.size) for field in several if not callable(field.size)):
            for field in several:
                c.add(field)
        elif name == b"tEXt":
            key, zero, _ = c.peek_bytes(size).partition(b"\0")
            c.add(cls.keyword, len(key) + len(zero), value=key.decode("latin-1"))
            c.add(cls.text, end - c.pos, value=c.peek_bytes(end - c.pos).decode("latin-1"))
        elif name == b"gAMA" and size == 4:
            c.add(cls.gamma, 4, value=c.peek(4) / 100000)
        elif name == b"sRGB" and size == 1:
            c.add(cls.intent)
        elif name == b"bKGD" and size in (1, 2, 6):
            for field in {1: (cls.index,), 2: (cls.grey,), 6: cls.background}[size]:
                c.add(field)
        elif name == b"cHRM" and size == 32:
            for field in cls.places:
                c.add(field, 4, value=c.peek(4) / 100000)
        elif size:
            c.add(cls.data, size)


class GIF(Layer):
    """Graphics Interchange Format."""

    name, label = "image-gif", "Compuserve GIF"

    version = string(None, "image-gif.version", "Version", size=6)
    width = u16(None, "image-gif.screen.width", "Screen width", little=True)
    height = u16(None, "image-gif.screen.height", "Screen height", little=True)
    settings = u8(None, "", "Global settings")
    has_map = u8(None, "image-gif.global.color_map.present", "Global color map is present", mask=0x80, within=settings)
    colour_bits = u8(None, "image-gif.global.color_bpp", "Bits per color minus 1", mask=0x70, within=settings)
    ordered = u8(None, "image-gif.global.color_map.ordered", "Global color map is ordered", mask=0x08, within=settings)
    pixel_bits = u8(None, "image-gif.global.bpp", "Image bits per pixel minus 1", mask=0x07, within=settings)
    background = u8(None, "image-gif.image_background_index", "Background color index")
    ratio = u8(None, "image-gif.global.pixel_aspect_ratio", "Global pixel aspect ratio")
    no_ratio = u8(None, "", "Global pixel aspect ratio: none")
    colours = raw(None, "image-gif.global.color_map", "Global color map")
    extension = group("image-gif.extension", "Extension")
    introducer = u8(None, "", "Introducer", HEX)
    kind = u8(
        None, "image-gif.extension.label", "Extension label", HEX,
        names={0x01: "Plain Text", 0xF9: "Graphics Control", 0xFE: "Comment", 0xFF: "Application"},
    )  # fmt: skip
    image = group("image-gif.image", "Image")
    place = tuple(
        u16(None, f"image-gif.image.{name}", f"Image {name}{more}", little=True)
        for name, more in (("left", " position"), ("top", " position"), ("width", ""), ("height", ""))
    )
    local = u8(None, "", "Local settings")
    own_map = u8(None, "image-gif.local.color_map.present", "Local color map is present", mask=0x80, within=local)
    own_bits = u8(None, "image-gif.local.color_bpp", "Bits per color minus 1", mask=0x70, within=local)
    own_order = u8(None, "image-gif.local.color_map.ordered", "Local color map is ordered", mask=0x08, within=local)
    own_pixel = u8(None, "image-gif.global.bpp", "Image bits per pixel minus 1", mask=0x07, within=local)
    own_colours = raw(None, "image-gif.local.color_map", "Local color map")
    code_size = u8(None, "image-gif.image.code_size", "LZW minimum code size")
    block = Field("image-gif.data_block", "Data block", UINT_BYTES)
    finish = group("image-gif.end", "Trailer (End of the GIF stream)")
    unknown = u8(None, "", "Unknown GIF data block type", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(f" ({c.add(cls.version)})")
        for field in (cls.width, cls.height):
            c.add(field)
        bits = c.add(cls.settings)
        c.add(cls.background)
        c.add(cls.ratio if c.peek(1) else cls.no_ratio)
        if bits & 0x80:
            c.add(cls.colours, 3 << (bits & 7) + 1)
        while c.remaining:
            kind = c.peek(1)
            if kind == 0x2C:
                cls._image(c)
            elif kind == 0x21:
                with c.group(cls.extension) as c:
                    c.add(cls.introducer)
                    c.add(cls.kind)
                    cls._blocks(c)
            elif kind == 0x3B:
                c.add(cls.finish, 1, value=True)
                return
            else:
                c.add(cls.unknown)
                c.note("warn", "Protocol", "Unknown GIF data block type", "gif.data_block_type.unknown")

    @classmethod
    def _image(cls, c: Cursor) -> None:
        with c.group(cls.image) as c:
            c.add(cls.introducer)
            for field in cls.place:
                c.add(field)
            bits = c.add(cls.local)
            if bits & 0x80:
                c.add(cls.own_colours, 3 << (bits & 7) + 1)
            c.add(cls.code_size)
            cls._blocks(c)

    @classmethod
    def _blocks(cls, c: Cursor) -> None:
        """Pieces of data, up to an empty one."""
        while True:
            size = c.peek(1)
            c.add(cls.block, size + 1, value=c.peek_bytes(size, 1))
            if not size:
                return


SOI, EOI, SOS, COMMENT, APP0, APP1 = 0xFFD8, 0xFFD9, 0xFFDA, 0xFFFE, 0xFFE0, 0xFFE1
FRAMES = {0xFFC0 + i for i in range(16)} - {0xFFC4, 0xFFC8, 0xFFCC}


class JFIF(Layer):
    """JPEG File Interchange Format."""

    name, label = "image-jfif", "JPEG File Interchange Format"

    marker = u16(None, "image-jfif.marker", "Marker", HEX)
    segment = group("image-jfif.marker_segment", "Marker segment")
    size_of = u16(None, "image-jfif.length", "Length")
    identifier = Field("image-jfif.identifier", "Identifier", STRINGZ)
    version = group("image-jfif.version", "Version")
    major, minor = u8(None, "image-jfif.version.major", "Major Version"), u8(None, "image-jfif.version.minor", "Minor Version")
    densities = (
        u8(None, "image-jfif.units", "Units", names={0: "No units", 1: "Dots per inch", 2: "Dots per centimetre"}),
        u16(None, "image-jfif.Xdensity", "Xdensity"), u16(None, "image-jfif.Ydensity", "Ydensity"),
        u16(None, "image-jfif.Xthumbnail", "Xthumbnail", size=1),
        u16(None, "image-jfif.Ythumbnail", "Ythumbnail", size=1),
    )  # fmt: skip
    pixels = raw(None, "image-jfif.RGB", "RGB values of thumbnail pixels")
    extension = u8(None, "image-jfif.extension.code", "Extension code", HEX)
    frame = group("image-jfif.sof", "Start of Frame header")
    frame_parts = (
        u8(None, "image-jfif.sof.precision", "Sample Precision (bits)"), u16(None, "image-jfif.sof.lines", "Lines"),
        u16(None, "image-jfif.sof.samples_per_line", "Samples per line"),
    )  # fmt: skip
    components = u8(None, "image-jfif.sof.nf", "Number of image components in frame")
    component = u8(None, "image-jfif.sof.c_i", "Component identifier")
    sampling = u8(None, "", "Sampling factors", HEX)
    across = u8(None, "image-jfif.sof.h_i", "Horizontal sampling factor", mask=0xF0, within=sampling)
    down = u8(None, "image-jfif.sof.v_i", "Vertical sampling factor", mask=0x0F, within=sampling)
    table = u8(None, "image-jfif.sof.tq_i", "Quantization table destination selector")
    scan = group("image-jfif.header.sos", "Start of Segment header")
    scanned = u8(None, "image-jfif.sos.ns", "Number of image components in scan")
    selector = u8(None, "image-jfif.sos.component_selector", "Scan component selector")
    entropy = u8(None, "", "Entropy coding tables", HEX)
    dc_table = u8(None, "image-jfif.sos.dc_entropy_selector", "DC entropy coding table destination selector", mask=0xF0, within=entropy)  # fmt: skip
    ac_table = u8(None, "image-jfif.sos.ac_entropy_selector", "AC entropy coding table destination selector", mask=0x0F, within=entropy)  # fmt: skip
    spectral = (
        u8(None, "image-jfif.sos.ss", "Start of spectral or predictor selection"),
        u8(None, "image-jfif.sos.se", "End of spectral selection"),
    )
    approximation = u8(None, "", "Successive approximation", HEX)
    high = u8(None, "image-jfif.sos.ah", "Successive approximation bit position high", mask=0xF0, within=approximation)
    low = u8(None, "image-jfif.sos.al", "Successive approximation bit position low or point transform", mask=0x0F, within=approximation)  # fmt: skip
    remark = group("image-jfif.header.comment", "Comment header")
    comment = string(None, "image-jfif.comment", "Comment")
    rest_of = raw(None, "image-jfif.remain_seg_data", "Remaining segment data")
    coded = raw(None, "image-jfif.entropy_coded_segment", "Entropy-coded segment")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(" (JPEG JFIF image)")
        while c.remaining >= 2:
            marker = c.peek(2)
            if marker < 0xFF00:
                break
            if marker in (SOI, EOI) or 0xFFD0 <= marker <= 0xFFD7:
                c.add(cls.marker)
                if marker not in (SOI, EOI):
                    cls._coded(c)
                continue
            group_, read = PARTS.get(marker, (cls.segment, None))
            with c.group(group_, c.peek(2, 2) + 2) as c:
                c.add(cls.marker)
                c.add(cls.size_of)
                if read is not None:
                    read(c)
                c.rest(cls.rest_of)
            if marker == SOS:
                cls._coded(c)
        c.rest(cls.rest_of)

    @classmethod
    def _coded(cls, c: Cursor) -> None:
        """Up to the next marker: FF 00 stands for a byte FF."""
        at = c.pos
        while True:
            at = c.data.find(b"\xff", at, c.end)
            if at < 0 or at + 1 >= c.end:
                at = c.end
                break
            if c.data[at + 1]:
                break
            at += 2
        if at > c.pos:
            c.add(cls.coded, at - c.pos)

    @classmethod
    def _jfif(cls, c: Cursor) -> None:
        zero = c.data.find(b"\0", c.pos, c.end)
        if zero < 0:
            return
        name = c.add(cls.identifier, zero + 1 - c.pos)
        if name == "JFIF":
            with c.group(cls.version, 2) as c:
                c.add(cls.major)
                c.add(cls.minor)
            size = 3
            for field in cls.densities:
                value = c.add(field)
                size *= value if field.name.endswith("thumbnail") else 1
            if size:
                c.add(cls.pixels, size)
        elif name == "JFXX":
            c.add(cls.extension)

    @classmethod
    def _app1(cls, c: Cursor) -> None:
        zero = c.data.find(b"\0", c.pos, c.end)
        if zero > c.pos:
            c.add(cls.identifier, zero + 1 - c.pos)

    @classmethod
    def _frame(cls, c: Cursor) -> None:
        for field in cls.frame_parts:
            c.add(field)
        for _ in range(c.add(cls.components)):
            for field in (cls.component, cls.sampling, cls.table):
                c.add(field)

    @classmethod
    def _scan(cls, c: Cursor) -> None:
        for _ in range(c.add(cls.scanned)):
            c.add(cls.selector)
            c.add(cls.entropy)
        for field in (*cls.spectral, cls.approximation):
            c.add(field)

    @classmethod
    def _comment(cls, c: Cursor) -> None:
        c.rest(cls.comment)


Read = Callable[[Cursor], None]
PARTS: dict[int, tuple[Field, Read]] = dict.fromkeys(FRAMES, (JFIF.frame, JFIF._frame))
PARTS |= {APP0: (JFIF.segment, JFIF._jfif), APP1: (JFIF.segment, JFIF._app1)}
PARTS |= {SOS: (JFIF.scan, JFIF._scan), COMMENT: (JFIF.remark, JFIF._comment)}

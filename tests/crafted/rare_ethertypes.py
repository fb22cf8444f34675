"""EtherTypes that few networks have: a frame each."""

from __future__ import annotations

from tests.crafted.frames import ethernet

LAYERS = (
    "rtmac", "rtcfg", "lat", "dec_stp", "homeplug", "hpna", "trill", "idp", "vines_ip", "vines_echo", "mih", "llt", "nsrp",
    "ecpri", "tecmp", "siii", "pn_mrp", "dlr", "ncsi", "hyperscsi", "mdshdr", "roofnet", "bofl", "ismp", "wsmp", "ans",
    "ieee8021cb", "ecp21", "ieee802a", "cesoeth", "linx", "telkonet", "lwl4", "mrp-msrp", "mdp", "brcm-tag", "elmi", "cl3",
    "xip", "nwp", "flip", "wcp", "tdmoe", "dect",
)  # fmt: skip
SAID = bytes.fromhex("0201a44c11d1f6f1304142434445464748c3c4c5c6c7c8c9cacb") + bytes(range(34))
TYPES = (
    0x9021, 0x9022, 0x6004, 0x8038, 0x886C, 0x0600, 0x0BAD, 0x0BAF, 0x8917, 0xCAFE, 0x8133, 0x99FE, 0x88CD,
    0x88E3, 0x80E1, 0x88F8, 0x889A, 0x0641, 0x0645, 0x8102, 0x81FD, 0x88DC, 0x886D, 0xF1C1, 0x8940, 0x88B7, 0x88D8, 0x8911,
    0x88A1, 0x8204, 0x22EA, 0x0712, 0x8874, 0x88EE, 0xB4E3, 0xC0DE, 0xC0DF, 0x8901, 0x80FF,
)  # fmt: skip
FRAMES = (
    (0x22F3, bytes.fromhex("0003 0001 0002 020000000004 020000000003 ffff") + SAID), (0x8038, bytes.fromhex("e1 02 01 00") + bytes(42)),
    (0x0600, bytes.fromhex("ffff 0028 00 04 00000001 020000000001 0003 00000002 020000000002 0004") + bytes(26)),
    (0x887B, bytes.fromhex("01 00 00") + bytes(44)), (0xAEFE, bytes.fromhex("10 05 002c 00010002") + bytes(40)),
    (0x6004, bytes.fromhex("02 00 0100 0200 01 02") + bytes(40)),
    (0x0BAD, bytes.fromhex("ffff 0030 0f 63") + SAID[:40]),
)  # fmt: skip
PACKETS = [*(ethernet(kind, SAID) for kind in TYPES), *(ethernet(kind, said) for kind, said in FRAMES)]

"""DirectPlay, versions 6 to 9: games over a network.  Numbers are little-endian.

    size (20 bits) and token (12 bits), socket address (16 octets), "play", command, dialect (16 bits each), body
    what players tell each other has no "play" and no more
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, group, guid, ipv4, raw, string, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

COMMANDS = {
    0x01: "Enum Sessions Reply", 0x02: "Enum Sessions", 0x03: "Enum Players Reply", 0x04: "Enum Players", 0x05: "Request Player ID",
    0x06: "Request Group ID", 0x07: "Request Player Reply", 0x08: "Create Player", 0x09: "Create Group", 0x0A: "Player Message",
    0x0B: "Delete Player", 0x0C: "Delete Group", 0x0D: "Add Player To Group", 0x0E: "Delete Player From Group",
    0x0F: "Player Data Changed", 0x10: "Player Name Changed", 0x11: "Group Data Changed", 0x12: "Group Name Changed",
    0x13: "Add Forward Request", 0x15: "Packet", 0x16: "Ping", 0x17: "Pong", 0x18: "You Are Dead", 0x19: "Player Wrapper",
    0x1A: "Session Desc Changed", 0x1C: "Challenge", 0x1D: "Access Granted", 0x1E: "Logon Denied", 0x1F: "Auth Error",
    0x20: "Negotiate", 0x21: "Challenge Response", 0x22: "Signed", 0x24: "Add Forward Reply", 0x25: "Ask For Multicast",
    0x26: "Ask For Multicast Guaranteed", 0x27: "Add Shortcut To Group", 0x28: "Delete Group From Group",
    0x29: "Super Enum Players Reply", 0x2B: "Key Exchange", 0x2C: "Key Exchange Reply", 0x2D: "Chat", 0x2E: "Add Forward",
    0x2F: "Add Forward ACK", 0x30: "Packet2 Data", 0x31: "Packet2 ACK", 0x35: "I Am Nameserver", 0x36: "Voice",
    0x37: "Multicast Delivery", 0x38: "Create Players Verify",
}  # fmt: skip
DIALECTS = {0x09: "dplay 6", 0x0A: "dplay 6.1", 0x0B: "dplay 6.1a", 0x0C: "dplay 7.1", 0x0D: "dplay 8", 0x0E: "dplay 9"}
TOKENS = {0xFAB: "Remote Message", 0xCAB: "Forwarded Message", 0xBAB: "Server Message"}
FAMILIES, INET = {2: "AF_INET", 6: "AF_IPX"}, 2
CIPHERS = {0: "Default", 0x6611: "AES", 0x6603: "3DES", 0x6601: "DES", 0x6602: "RC2", 0x6801: "RC4"}
WIDTHS = {0: "Not present", 1: "One byte", 2: "Two bytes", 3: "Four bytes"}
PLAY = 0x706C6179
EMPTY, CARRIED, PLAYERS = 0x04, 0x15, (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x2E)


def probe(p: Any) -> Any:
    """Wireshark's test: the word, or a token and an address that is filled up with zeros."""
    token, zeros = p.uint(0, 4, True) >> 20, p.u8(20) == 0
    for at in (12, 16):
        zeros = zeros & (p.u32(at) == 0)
    known = (token == 0xFAB) | (token == 0xCAB) | (token == 0xBAB)
    return (p.length >= 25) & ((p.u32(20) == PLAY) | (known & (p.uint(4, 2, True) == INET) & zeros))


def _number(name: str, label: str, **rest: Any) -> Field:
    """A number of 32 bits."""
    return u32(None, f"dplay.{name}", label, little=True, **rest)


def _octets(name: str, label: str) -> Field:
    """What Wireshark shows as four octets."""
    return raw(None, f"dplay.{name}", label, size=4)


def _text(name: str, label: str) -> Field:
    return string(None, f"dplay.{name}", label)


class DirectPlay(Layer):
    """A message, or what players tell each other."""

    name, label, column = "dplay", "DirectPlay Protocol", "DPLAY"
    heuristics = ("tcp", "udp")
    likely = Likely({20: b"p\0"})
    probe = probe

    size_of = u32(0, "dplay.size", "DirectPlay package size", mask=0x000FFFFF, little=True)
    token = u32(0, "dplay.token", "DirectPlay token", HEX, mask=0xFFF00000, names=TOKENS, little=True)
    family = u16(4, "dplay.saddr.af", "DirectPlay s_addr_in address family", HEX, names=FAMILIES, little=True)
    port, address = u16(6, "dplay.saddr.port", "DirectPlay s_addr_in port"), ipv4(8, "dplay.saddr.ip", "DirectPlay s_addr_in ip address")
    padding = raw(12, "dplay.saddr.padding", "DirectPlay s_addr_in null padding", size=8)
    said = raw(None, "dplay.player_msg", "DirectPlay Player to Player message")
    word = string(None, "dplay.dplay_str", "DirectPlay action string", size=4)
    command = u16(None, "dplay.command", "DirectPlay command", HEX, names=COMMANDS, little=True)
    dialect = u16(None, "dplay.dialect.version", "DirectPlay dialect version", HEX, names=DIALECTS, little=True)
    carried = group("", "DirectPlay encapsulated packet")
    word_2 = string(None, "dplay.dplay_str_2", "DirectPlay second action string", size=4)
    command_2 = u16(None, "dplay.command_2", "DirectPlay second command", HEX, names=COMMANDS, little=True)
    dialect_2 = u16(None, "dplay.dialect.version_2", "DirectPlay second dialect version", HEX, names=DIALECTS, little=True)

    session_size, session_flags = _number("sess_desc.length", "DirectPlay session desc length"), _number("flags", "DirectPlay session desc flags", base=HEX)
    session_bits = bits(session_flags, "dplay.", *((name, label, 1 << i) for i, (name, label) in enumerate((
        ("flags.no_create_players", "no create players flag"), ("flags.unused", "unused"), ("flags.migrate_host", "migrate host flag"),
        ("flags.short_player_msg", "short player message"), ("ignored", "ignored"), ("flags.can_join", "can join"),
        ("flags.use_ping", "use ping"), ("flags.no_player_updates", "no player updates"), ("flags.use_auth", "use authentication"),
        ("flags.priv_sess", "private session"), ("flags.pass_req", "password required"), ("flags.route", "route via game host"),
        ("flags.srv_p_only", "get server player only"), ("flags.reliable", "use reliable protocol"), ("flags.order", "preserve order"),
        ("flags.opt_latency", "optimize for latency"), ("flags.acq_voice", "acquire voice"),
        ("flags.no_sess_desc", "no session desc changes"),
    ))))  # fmt: skip
    session = (
        guid(None, "dplay.instance.guid", "DirectPlay instance guid"), guid(None, "dplay.game.guid", "DirectPlay game GUID"),
        _number("sess_desc.max_players", "DirectPlay max players"), _number("sess_desc.curr_players", "DirectPlay current players"),
        _octets("sess_desc.name_ptr", "Session description name pointer placeholder"),
        _octets("sess_desc.pw_ptr", "Session description password pointer placeholder"),
        *(_octets(f"sess_desc.res_{i}", f"Session description reserved {i}") for i in (1, 2)),
        *(_octets(f"sess_desc.user_{i}", f"Session description user defined {i}") for i in (1, 2, 3, 4)),
    )  # fmt: skip
    found_name, found_text = _number("type_01.name_offs", "Enum Session Reply name offset"), _text("type_01.game_name", "Enum Session Reply game name")
    asked, asked_offset = guid(None, "dplay.type02.game.guid", "DirectPlay game GUID"), _number("type02.password_offset", "Enum Sessions password offset")
    asked_flags, asked_password = _number("type02.flags", "Enum Session flags", base=HEX), _text("type02.password", "Session password")
    asked_bits = bits(asked_flags, "dplay.type02.", ("joinable", "Enumerate joinable sessions", 1), ("all", "Enumerate all sessions", 2),
                      ("pw_req", "Enumerate sessions requiring a password", 0x40))  # fmt: skip
    request_flags = _number("type_05.flags", "Player ID request flags", base=HEX)
    request_bits = bits(request_flags, "dplay.type_05.flags.", ("sys_player", "is system player", 1), ("name_server", "is name server", 2),
                        ("local", "is local player", 4), ("unknown", "unknown", 8), ("secure", "is secure session", 0x200))  # fmt: skip
    granted = (
        _octets("type_07.dpid", "DirectPlay ID"), _number("sd.size", "SecDesc struct size"), _number("sd.flags", "SecDesc flags", base=HEX),
        _octets("sd.sspi", "SecDesc SSPI provider ptr"), _octets("sd.capi", "SecDesc CAPI provider ptr"),
        _number("sd.capi_type", "SecDesc CAPI provider type", base=HEX),
        _number("sd.enc_alg", "SecDesc encryption algorithm", base=HEX, names=CIPHERS),
    )  # fmt: skip
    granted_sspi, granted_capi = _number("type_07.sspi_offset", "SSPI provider offset"), _number("type_07.capi_offset", "CAPI provider offset")
    granted_result = _number("type_07.hresult", "Request player HRESULT")
    granted_texts = _text("type_07.sspi", "SSPI provider"), _text("type_07.capi", "CAPI provider")
    player_head = tuple(_octets(f"multi.{name}", label) for name, label in (("id_to", "ID to"), ("player_id", "Player ID"), ("group_id", "Group ID")))
    player_at, player_password_at = _number("multi.create_offset", "Offset to PackedPlayer struct"), _number("multi.password_offset", "Offset to password")
    player_password = _text("multi.password", "Password")
    changed_head = _octets("type_0f.id_to", "ID to"), _octets("type_0f.player_id", "Player ID")
    changed_size, changed_at = _number("type_0f.data_size", "Data Size"), _number("type_0f.data_offset", "Data Offset")
    changed = raw(None, "dplay.type_0f.player_data", "Player Data")
    forward_head = tuple(_octets(f"type_13.{name}", label) for name, label in (("id_to", "ID to"), ("player_id", "Player ID"), ("group_id", "Group ID")))
    forward_at, forward_password_at = _number("type_13.create_offset", "Create Offset"), _number("type_13.password_offset", "Password Offset")
    forward_password, forward_ticks = _text("type_13.password", "Password"), _octets("type_13.tick_count", "Tick count? Looks like an ID")
    piece = (
        guid(None, "dplay.message.guid", "Message GUID"), _number("type_15.packet_idx", "Packet Index"), _number("type_15.data_size", "Data Size"),
        _number("type_15.offset", "Offset"), _number("type_15.total_packets", "Total Packets"),
        _number("type_15.message.size", "Message size"), _number("type_15.packet_offset", "Packet offset"),
    )  # fmt: skip
    ping = _octets("ping.id_from", "ID From"), _number("ping.tick_count", "Tick Count")
    renamed, renamed_at = _octets("type_1a.id_to", "ID From"), _number("type_1a.sess_name_ofs", "Session Name Offset")
    renamed_password_at = _number("type_1a.password_offset", "Password Offset")
    renamed_texts = _text("type_1a.session_name", "Session Name"), _text("type_1a.password", "Password")
    all_counts = tuple(_number(f"type_29.{name}", f"SuperEnumPlayers Reply {label}") for name, label in (
        ("player_count", "player count"), ("group_count", "group count"), ("packed_offset", "packed offset"),
        ("shortcut_count", "shortcut count"), ("desc_offset", "description offset"), ("name_offset", "name offset"),
        ("pass_offset", "password offset"),
    ))  # fmt: skip
    all_texts = _text("type_29.game_name", "SuperEnumPlayers Reply game name"), _text("type_29.password", "SuperEnumPlayers Reply Password")
    forwarded = _octets("type_29.id", "ID of the forwarded player")

    pp_size, pp_flags = _number("pp.size", "PackedPlayer size"), _number("pp.flags", "PackedPlayer flags", base=HEX)
    pp_bits = bits(pp_flags, "dplay.pp.flags.", ("sysplayer", "is system player", 1), ("nameserver", "is name server", 2),
                   ("in_group", "in group", 4), ("sending", "sending player on local machine", 8))  # fmt: skip
    pp_id = _octets("pp.id", "PackedPlayer ID")
    pp_sizes = tuple(_number(f"pp.{name}", f"PackedPlayer {label}", base=HEX) for name, label in (
        ("short_name_len", "short name length"), ("long_name_len", "long name length"), ("sp_data_size", "service provider data size"),
        ("player_data_size", "player data size"), ("player_count", "player count"),
    ))  # fmt: skip
    pp_more = (
        _octets("pp.sysplayer_id", "PackedPlayer system player ID"), _number("pp.fixed_size", "PackedPlayer fixed size"),
        _number("pp.dialect", "PackedPlayer dialect version", base=HEX, names=DIALECTS), _octets("pp.unknown_1", "PackedPlayer unknown 1"),
    )  # fmt: skip
    pp_names = _text("pp.short_name", "PackedPlayer short name"), _text("pp.long_name", "PackedPlayer long name")
    pp_service = raw(None, "dplay.pp.sp_data", "PackedPlayer service provider data")
    pp_data, pp_player = raw(None, "dplay.pp.player_data", "PackedPlayer player data"), _octets("pp.player_id", "PackedPlayer player ID")
    pp_parent = _octets("pp.parent_id", "PackedPlayer parent ID")

    spp = group("", "Player")
    spp_size, spp_flags = _number("spp.size", "SuperPackedPlayer size"), _number("spp.flags", "SuperPackedPlayer flags", base=HEX)
    spp_bits = bits(spp_flags, "dplay.spp.flags.", ("sysplayer", "is system player", 1), ("nameserver", "is name server", 2),
                    ("in_group", "in group", 4), ("sending", "sending player on local machine", 8))  # fmt: skip
    spp_id, spp_mask = _octets("spp.id", "SuperPackedPlayer ID"), _number("spp.pim", "SuperPackedPlayer player info mask", base=HEX)
    spp_parts = tuple(
        u32(None, f"dplay.spp.pim.{name}", f"SuperPackedPlayer {label}", HEX, mask=mask, names=names, within=mask_field, little=True)
        for mask_field in (spp_mask,) for name, label, mask, names in (
            ("short_name", "have short name", 1, None), ("long_name", "have long name", 2, None),
            ("sp_length", "service provider length info", 0xC, WIDTHS), ("pd_length", "player data length info", 0x30, WIDTHS),
            ("player_count", "player count info", 0xC0, WIDTHS), ("parent_id", "have parent ID", 0x100, None),
            ("shortcut_count", "shortcut count info", 0x600, WIDTHS),
        )
    )  # fmt: skip
    spp_dialect = _number("spp.dialect", "SuperPackedPlayer dialect version", base=HEX, names=DIALECTS)
    spp_system = _octets("spp.sysplayer_id", "SuperPackedPlayer system player ID")
    spp_names = _text("spp.short_name", "SuperPackedPlayer short name"), _text("spp.long_name", "SuperPackedPlayer long name")
    spp_data_size, spp_data = _number("spp.pd_length", "SuperPackedPlayer player data length", base=HEX), raw(None, "dplay.spp.player_data", "SuperPackedPlayer player data")
    spp_service_size = _number("spp.sp_data_length", "SuperPackedPlayer service provider data length", base=HEX)
    spp_service = raw(None, "dplay.spp.sp_data", "SuperPackedPlayer service provider data")
    spp_count, spp_player = _number("spp.player_count", "SuperPackedPlayer player count", base=HEX), _octets("spp.player_id", "SuperPackedPlayer player ID")
    spp_parent = _octets("spp.parent_id", "SuperPackedPlayer parent ID")
    spp_shortcuts, spp_shortcut = _number("spp.shortcut_count", "SuperPackedPlayer shortcut count", base=HEX), _octets("spp.shortcut_id", "SuperPackedPlayer shortcut ID")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.peek(4) != PLAY:
            c.info("DPlay player to player message")
            c.rest(cls.said)
            return
        c.add(cls.word)
        command, dialect = c.add(cls.command), c.add(cls.dialect)
        says = f"{DIALECTS.get(dialect, f'Unknown (0x{dialect:04x})')}: {COMMANDS.get(command, f'Unknown (0x{command:04x})')}"
        if command == CARRIED:
            inner = c.peek(2, 44, True)
            says += f", holding a {COMMANDS.get(inner, f'Unknown (0x{inner:04x})')}"
        c.info(says)
        if command == CARRIED:
            _carried(c)
        elif command in BODIES:
            BODIES[command](c)


def _carried(c: Cursor) -> None:
    """A message within a message."""
    for field in DirectPlay.piece:
        c.add(field)
    with c.group(DirectPlay.carried):
        c.add(DirectPlay.word_2)
        command = c.add(DirectPlay.command_2)
        c.add(DirectPlay.dialect_2)
        if command in (0x05, 0x07):
            c.add(DirectPlay.request_flags)
        elif command in (*PLAYERS, 0x13, 0x1A):
            BODIES[command](c)


def _string(c: Cursor, field: Field) -> None:
    """Text of two octets a letter, up to a zero."""
    size = 0
    while c.peek(2, size):
        size += 2
    c.add(field, size + 2, value=c.peek_bytes(size).decode("utf-16-le", "replace"))


def _session(c: Cursor) -> None:
    for field in (DirectPlay.session_size, DirectPlay.session_flags, *DirectPlay.session):
        c.add(field)


def _found(c: Cursor) -> None:
    _session(c)
    if c.add(DirectPlay.found_name):
        _string(c, DirectPlay.found_text)


def _asked(c: Cursor) -> None:
    c.add(DirectPlay.asked)
    password = c.add(DirectPlay.asked_offset)
    c.add(DirectPlay.asked_flags)
    if password:
        _string(c, DirectPlay.asked_password)


def _granted(c: Cursor) -> None:
    for field in DirectPlay.granted:
        c.add(field)
    texts = c.add(DirectPlay.granted_sspi), c.add(DirectPlay.granted_capi)
    c.add(DirectPlay.granted_result)
    _strings(c, DirectPlay.granted_texts, texts)


def _strings(c: Cursor, fields: tuple[Field, ...], there: tuple[int, ...]) -> None:
    """Those texts that are there."""
    for field, is_there in zip(fields, there, strict=True):
        if is_there:
            _string(c, field)


def _player(c: Cursor) -> None:
    for field in DirectPlay.player_head:
        c.add(field)
    packed = c.add(DirectPlay.player_at)
    c.add(DirectPlay.player_password_at)
    if packed:
        _packed(c)
    if c.remaining >= 2:
        _string(c, DirectPlay.player_password)


def _packed(c: Cursor) -> None:
    """A player with names and data."""
    total = c.add(DirectPlay.pp_size)
    c.add(DirectPlay.pp_flags)
    c.add(DirectPlay.pp_id)
    short, long, service, data, players = (c.add(field) for field in DirectPlay.pp_sizes)
    for field in DirectPlay.pp_more:
        c.add(field)
    _strings(c, DirectPlay.pp_names, (short, long))
    c.add(DirectPlay.pp_service, service)
    if data:
        c.add(DirectPlay.pp_data, data)
    for _ in range(players):
        c.add(DirectPlay.pp_player)
    if c.pos - c.h.start - 4 < total:  # as Wireshark, which counts from the message's first octet
        c.add(DirectPlay.pp_parent)


def _changed(c: Cursor) -> None:
    for field in DirectPlay.changed_head:
        c.add(field)
    size = c.add(DirectPlay.changed_size)
    c.add(DirectPlay.changed_at)
    c.add(DirectPlay.changed, size)


def _forward(c: Cursor) -> None:
    for field in DirectPlay.forward_head:
        c.add(field)
    packed, password = c.add(DirectPlay.forward_at), c.add(DirectPlay.forward_password_at)
    if packed:
        _packed(c)
    if password:
        _string(c, DirectPlay.forward_password)
    c.add(DirectPlay.forward_ticks)


def _ping(c: Cursor) -> None:
    for field in DirectPlay.ping:
        c.add(field)


def _renamed(c: Cursor) -> None:
    c.add(DirectPlay.renamed)
    texts = c.add(DirectPlay.renamed_at), c.add(DirectPlay.renamed_password_at)
    _session(c)
    _strings(c, DirectPlay.renamed_texts, texts)


def _all(c: Cursor) -> None:
    """A session with all its players and groups."""
    players, groups, _, shortcuts, _, _, password = (c.add(field) for field in DirectPlay.all_counts)
    _session(c)
    _strings(c, DirectPlay.all_texts, (1, password))
    for _ in range(players + groups + shortcuts):
        with c.group(DirectPlay.spp):
            _super_packed(c)


def _super_packed(c: Cursor) -> None:
    """A player, of whom a mask says what is told."""
    c.add(DirectPlay.spp_size)
    system = c.add(DirectPlay.spp_flags) & 1
    c.add(DirectPlay.spp_id)
    mask = c.add(DirectPlay.spp_mask)
    c.add(DirectPlay.spp_dialect if system else DirectPlay.spp_system)
    _strings(c, DirectPlay.spp_names, (mask & 1, mask & 2))
    if mask >> 4 & 3:
        c.add(DirectPlay.spp_data, _counted(c, DirectPlay.spp_data_size, mask >> 4))
    if mask >> 2 & 3:
        c.add(DirectPlay.spp_service, _counted(c, DirectPlay.spp_service_size, mask >> 2))
    if mask >> 6 & 3:
        for _ in range(_counted(c, DirectPlay.spp_count, mask >> 6)):
            c.add(DirectPlay.spp_player)
    if mask & 0x100:
        c.add(DirectPlay.spp_parent)
    if mask >> 9 & 3:
        for _ in range(_counted(c, DirectPlay.spp_shortcuts, mask >> 9)):
            c.add(DirectPlay.spp_shortcut)


def _counted(c: Cursor, field: Field, width: int) -> int:
    """A number of one, two or four octets."""
    count: int = c.add(field, (0, 1, 2, 4)[width & 3])
    return count


BODIES = {
    0x01: _found, 0x02: _asked, 0x05: lambda c: c.add(DirectPlay.request_flags), 0x07: _granted, 0x0F: _changed, 0x13: _forward,
    0x16: _ping, 0x17: _ping, 0x1A: _renamed, 0x29: _all, 0x2F: lambda c: c.add(DirectPlay.forwarded), 0x38: _player,
} | dict.fromkeys(PLAYERS, _player)  # fmt: skip

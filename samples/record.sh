#!/usr/bin/env bash
# Records the captures in this folder from real kernels and servers (Linux, root, no network needed).
#
#   samples/record.sh OUTDIR [SCENARIO...]      all scenarios unless some are named; `list` names them
#
# Every scenario builds a private set of network namespaces, joins them with veth pairs (offloads off),
# captures with tcpdump, and is torn down again.  No packet leaves the namespaces.  Addresses are from the
# documentation ranges.  What each capture must and must not show is in truth.toml.
#
# Needs: iproute2 iptables nftables ethtool tcpdump iputils-ping python3 and, for some scenarios:
# traceroute curl openssl nginx-light dnsmasq-base bind9-dnsutils busybox radvd wireguard-go wireguard-tools
# frr keepalived lldpd xl2tpd pppoe libusrsctp-examples openvswitch-switch wireshark-common (editcap), and a Python
# with aioquic, named by QUIC_PYTHON.
# The path-MTU topology, with MTUs in brackets, unless a scenario says otherwise:
#
#   client [1500] --- r1 [1400, the narrow link] r2 --- [1500] server
#   192.0.2.10    192.0.2.1  203.0.113.1/.2  198.51.100.1   198.51.100.10
#   2001:db8:1::10        2001:db8:ff::1/::2                2001:db8:2::10
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tools="${PYTHON:-python3} $here/record_tools.py"
prefix=dis$$
work=$(mktemp -d); chmod 711 "$work"
out=
jobs_started=()

# ---------------------------------------------------------------- namespaces, links, captures

cleanup() {
  local pid ns
  for pid in "${jobs_started[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done
  for ns in $(ip netns list | awk -v p="$prefix-" 'index($1, p) == 1 {print $1}'); do
    for pid in $(ip netns pids "$ns" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns del "$ns" 2>/dev/null || true
  done
  jobs_started=()
}
trap 'cleanup; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

on() { local ns=$1; shift; ip netns exec "$prefix-$ns" "$@"; }              # run in a namespace
bg() { # a program in the background, under a host name of its own: this machine's must not get into a capture
  local ns=$1; shift; echo "127.0.0.1 $ns localhost" >"$work/hosts.$ns"; chmod 644 "$work/hosts.$ns"
  ip netns exec "$prefix-$ns" unshare --uts --mount sh -c "hostname $ns; mount --bind $work/hosts.$ns /etc/hosts; exec \"\$@\"" sh "$@" \
    >"$work/log.$ns.$(basename "$1").$RANDOM" 2>&1 & jobs_started+=($!)
}
quiet() { "$@" >/dev/null 2>&1 || true; }
skip() { echo "  skipped: $*" >&2; return 0; }
have() { command -v "$1" >/dev/null || { skip "$1 is not installed"; return 1; }; }

node() { # NAME...: namespaces that keep quiet unless asked to speak
  local n
  for n in "$@"; do
    ip netns add "$prefix-$n"
    on "$n" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
      net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.default.autoconf=0
    on "$n" ip link set lo up
  done
}

mac_count=0
link() { # NODE IF NODE IF MTU: a cable between two interfaces, offloads off
  mac_count=$((mac_count + 1))
  ip link add "v$$a" netns "$prefix-$1" type veth peer name "v$$b" netns "$prefix-$3"
  on "$1" ip link set "v$$a" name "$2" address "$(printf '02:00:00:00:%02x:01' $mac_count)" mtu "$5"
  on "$3" ip link set "v$$b" name "$4" address "$(printf '02:00:00:00:%02x:02' $mac_count)" mtu "$5"
  local side
  for side in "$1 $2" "$3 $4"; do
    set -- $side
    quiet on "$1" ethtool -K "$2" tso off gso off gro off tx off rx off sg off rxvlan off txvlan off
    on "$1" ip link set "$2" up
  done
}
addr() { local ns=$1 dev=$2 a; shift 2; for a in "$@"; do on "$ns" ip addr add "$a" dev "$dev" $([[ $a == *:* ]] && echo nodad); done; }
router() { on "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; }

path() { # MTU_NARROW [MTU_CLIENT] [MTU_SERVER]: the topology drawn above
  node client r1 r2 server
  link client eth0 r1 lan "${2:-1500}"
  link r1 wan r2 wan "$1"
  link r2 lan server eth0 "${3:-1500}"
  router r1; router r2
  addr client eth0 192.0.2.10/24 2001:db8:1::10/64
  addr r1 lan 192.0.2.1/24 2001:db8:1::1/64
  local six; [ "$1" -lt 1280 ] && six= || six=yes # IPv6 needs 1280
  addr r1 wan 203.0.113.1/30 ${six:+2001:db8:ff::1/64}
  addr r2 wan 203.0.113.2/30 ${six:+2001:db8:ff::2/64}
  addr r2 lan 198.51.100.1/24 2001:db8:2::1/64
  addr server eth0 198.51.100.10/24 2001:db8:2::10/64
  on client ip route add default via 192.0.2.1; on client ip -6 route add default via 2001:db8:1::1
  on server ip route add default via 198.51.100.1; on server ip -6 route add default via 2001:db8:2::1
  on r1 ip route add 198.51.100.0/24 via 203.0.113.2; on r2 ip route add 192.0.2.0/24 via 203.0.113.1
  [ -z "$six" ] || on r1 ip -6 route add 2001:db8:2::/64 via 2001:db8:ff::2
  [ -z "$six" ] || on r2 ip -6 route add 2001:db8:1::/64 via 2001:db8:ff::1
}
no_ptb() { # the black hole: routers whose packet-too-big messages never leave them
  local r
  for r in r1 r2; do
    on $r iptables -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP
    on $r ip6tables -A OUTPUT -p icmpv6 --icmpv6-type packet-too-big -j DROP
  done
}
web() { # a small HTTP server: GET /bytes/N, POST anything; UDP 7: echo; UDP 9: discard
  bg "${1:-server}" $tools serve; for _ in $(seq 50); do on "${1:-server}" ss -ltn | grep ':80 ' >/dev/null && return; sleep 0.1; done
}
small() { on client curl -s -o /dev/null --max-time 5 "$1/bytes/100" || true; }       # a small exchange
upload() { head -c "$2" /dev/zero | tr '\0' 'x' | on client curl -s -o /dev/null --max-time "${3:-10}" -H 'Expect:' \
             --data-binary @- "$1/upload" || true; }
download() { on client curl -s -o /dev/null --max-time "${3:-10}" "$1/bytes/$2" || true; }
S4=http://198.51.100.10 S6='http://[2001:db8:2::10]'

declare -A capture_pid
capture() { # NODE IF FILE [tcpdump options and filter]
  local ns=$1 dev=$2 file=$3; shift 3
  ip netns exec "$prefix-$ns" tcpdump -Z root -n -U --immediate-mode -i "$dev" -w "$work/$file" "$@" 2>"$work/tcpdump.$file" &
  capture_pid[$file]=$!; jobs_started+=($!)
  for _ in $(seq 100); do grep -q 'listening on' "$work/tcpdump.$file" 2>/dev/null && break; sleep 0.05; done
}
both() { capture client eth0 "$1-client.pcap"; capture server eth0 "$1-server.pcap"; }
done_capturing() { # stop all captures and keep the plain pcap ones
  sleep 0.3
  local file
  for file in "${!capture_pid[@]}"; do
    kill -INT "${capture_pid[$file]}" 2>/dev/null || true; wait "${capture_pid[$file]}" 2>/dev/null || true
    case $file in _*) ;; *) mv "$work/$file" "$out/$file" ;; esac
  done
  capture_pid=()
}

# ---------------------------------------------------------------- path MTU

s_pmtud_v4() { path 1400; web; capture client eth0 pmtud-v4.pcap; small $S4; upload $S4 30000; done_capturing; }
s_pmtud_v6() { path 1280; web; capture client eth0 pmtud-v6.pcap; small $S6; upload $S6 30000; done_capturing; }
s_pmtud_jumbo() { path 1500 9000 9000; web; capture client eth0 pmtud-jumbo.pcap; small $S4; upload $S4 24000; done_capturing; }

s_blackhole_v4() { path 1400; no_ptb; web; both blackhole-v4; small $S4; upload $S4 20000 8; done_capturing; }
s_blackhole_v6() { path 1400; no_ptb; web; both blackhole-v6; small $S6; upload $S6 20000 8; done_capturing; }
s_blackhole_download() { path 1492; no_ptb; web; both blackhole-download; small $S4; download $S4 20000 8; done_capturing; }
s_blackhole_recovered_v4() {
  path 1400; no_ptb; web; on client sysctl -qw net.ipv4.tcp_mtu_probing=1
  capture client eth0 blackhole-recovered-v4.pcap; small $S4; upload $S4 20000 25; done_capturing
}
s_blackhole_recovered_v6() {
  path 1400; no_ptb; web; on client sysctl -qw net.ipv4.tcp_mtu_probing=1
  capture client eth0 blackhole-recovered-v6.pcap; small $S6; upload $S6 20000 25; done_capturing
}

s_blackhole_recovered_twice() { # the first smaller segment (1076) is still too large: only the second (564) arrives
  path 1006; no_ptb; web; on client sysctl -qw net.ipv4.tcp_mtu_probing=1
  capture client eth0 blackhole-recovered-twice.pcap; small $S4; upload $S4 20000 25; done_capturing
}

s_blackhole_midflow() { # the capture begins after the handshake; the last segment (1285) is too large for the link, too
  path 1006; no_ptb; web; bg client $tools converse 198.51.100.10 20000 7; sleep 0.8
  capture client eth0 blackhole-midflow.pcap; sleep 9; done_capturing
}

s_mss_clamped() { # r1 is the home router that clamps for its narrow link; no PTB is ever needed
  path 1400; no_ptb; web
  on r1 iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1360
  both mss-clamped; upload $S4 20000; download $S4 20000; done_capturing
}
s_mss_missing() { # r1 strips the MSS option from every SYN
  path 1400; web; on r1 iptables -t mangle -A FORWARD -p tcp --syn -j TCPOPTSTRIP --strip-options mss
  on r1 iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,ACK SYN,ACK -j TCPOPTSTRIP --strip-options mss
  both mss-missing; upload $S4 6000; done_capturing
}

s_router_fragments() { # the client does not do path MTU discovery: DF is 0, r1 fragments
  path 1400; web; on client sysctl -qw net.ipv4.ip_no_pmtu_disc=1
  both router-fragments; small $S4; upload $S4 20000; done_capturing
}
s_df_cleared() { # r1 clears DF on everything it forwards, then fragments
  path 1400; web
  on r1 nft add table ip t; on r1 nft 'add chain ip t pre { type filter hook prerouting priority -300; }'
  on r1 nft 'add rule ip t pre iifname "lan" ip frag-off 0x4000 ip frag-off set 0'
  both df-cleared; small $S4; upload $S4 20000; done_capturing
}
s_sender_fragments_v4() { path 1500; web; capture client eth0 sender-fragments-v4.pcap
  on client $tools udp 198.51.100.10 7 4000 4000 2000 8000; done_capturing; }
s_sender_fragments_v6() { path 1500; web; capture client eth0 sender-fragments-v6.pcap
  on client $tools udp 2001:db8:2::10 7 4000 4000 2000 8000; done_capturing; }

s_fragments_filtered_v4() { # r1 lets first fragments through and drops the others
  path 1500; web; on server sysctl -qw net.ipv4.ipfrag_time=3
  on r1 iptables -t raw -A PREROUTING -i lan -f -j DROP
  both fragments-filtered-v4; on client $tools udp 198.51.100.10 7 100 4000 3000 2500 100 4000 --wait 0.4; sleep 5; done_capturing
}
s_fragments_filtered_v6() {
  path 1500; web; on server sysctl -qw net.ipv6.ip6frag_time=3
  on r1 ip6tables -t raw -A PREROUTING -i lan -m frag --fragfirst -j ACCEPT
  on r1 ip6tables -t raw -A PREROUTING -i lan -m frag --fragid 0:4294967295 -j DROP
  both fragments-filtered-v6; on client $tools udp 2001:db8:2::10 7 100 4000 3000 2500 100 4000 --wait 0.4; sleep 5; done_capturing
}

s_df_probe() { # ping with DF, sizes around the limit; then tracepath where there is one
  path 1400; web; capture client eth0 df-probe.pcap
  local n
  for n in 56 1372 1472 1373 1372 1000; do quiet on client ping -n -M do -c 1 -W 1 -s $n 198.51.100.10; done
  for n in 56 1352 1452 1353 1352; do quiet on client ping -n -M do -c 1 -W 1 -s $n 2001:db8:2::10; done
  for n in 1472 1400 1373 1372; do quiet on client ping -n -M probe -c 1 -W 1 -s $n 198.51.100.10; done
  done_capturing
}
s_df_probe_unanswered() { # the same, but the PTBs are filtered: silence is the only answer
  path 1400; no_ptb; web; capture client eth0 df-probe-unanswered.pcap
  local n
  for n in 56 1472 1472 1422 1397 1384 1378 1375 1373 1372 1372 56; do quiet on client ping -n -M do -c 1 -W 0.5 -s $n 198.51.100.10; done
  done_capturing
}
s_ptb_ignored() { # a program that sets DF and does not listen (IP_PMTUDISC_PROBE)
  path 1400; web; capture client eth0 ptb-ignored.pcap
  on client $tools udp 198.51.100.10 7 1000 1472 1472 1472 1472 1472 1000 1472 1472 --probe --wait 0.3
  done_capturing
}
s_mtu_two_steps() { # two narrowing links in a row: two PTBs with falling values
  path 1400; on r2 ip link set lan mtu 1280; on server ip link set eth0 mtu 1280; web
  on r2 ip route change 198.51.100.0/24 dev lan mtu 1280 2>/dev/null || true
  capture client eth0 mtu-two-steps.pcap; on client $tools udp 198.51.100.10 7 1472 1472 1472 1372 1372 1252 1252 --df --wait 0.3
  done_capturing
}
s_random_loss() { # the counter-example: r1 loses one packet in twelve, whatever its size
  path 1500; web; on r1 iptables -A FORWARD -m statistic --mode random --probability 0.08 -j DROP
  both random-loss; small $S4; upload $S4 50000 20; done_capturing
}
s_random_loss_heavy() { # a very bad line: a quarter lost, so that one segment may be lost again and again
  path 1500; web; on r1 iptables -A FORWARD -m statistic --mode random --probability 0.25 -j DROP
  capture client eth0 random-loss-heavy.pcap; upload $S4 45000 30; done_capturing
}
s_server_dead() { # the second counter-example: after a while nothing gets through, big or small
  path 1500; web; capture client eth0 server-dead.pcap; small $S4
  (sleep 0.6; on r1 iptables -A FORWARD -j DROP) &
  on client $tools trickle 198.51.100.10 80 1448 7 || true
  quiet on client ping -n -c 3 -i 0.3 -W 1 198.51.100.10; done_capturing
}
s_offload() { # the counter-example of the capture itself: TSO on, so "packets" far above the MTU
  path 1500; web
  quiet on client ethtool -K eth0 sg on tx on tso on gso on gro on
  capture client eth0 offload.pcap -s 128; small $S4; upload $S4 400000; done_capturing
}
s_offload_blackhole() { # a black hole where the card is to cut the segments
  path 1380; no_ptb; web; quiet on client ethtool -K eth0 sg on tx on tso on gso on gro on
  capture client eth0 offload-blackhole.pcap; small $S4; upload $S4 300000 7; done_capturing
}
s_ptb_dropped() { # the router says it, and the client's own filter drops the message
  path 1400; web; on client iptables -A INPUT -p icmp -j DROP
  capture client eth0 ptb-dropped.pcap; small $S4; upload $S4 20000 7; done_capturing
}
s_any_interface() { # what a router sees on all its interfaces at once: everything twice
  path 1500; web; capture r1 any any-interface.pcap; small $S6; upload $S6 20000
  on client $tools udp 2001:db8:2::10 7 100 3000 3000 3000; done_capturing
}
s_nat() { # a black hole behind a translator
  path 1380; no_ptb; web; on r1 iptables -t nat -A POSTROUTING -o wan -j MASQUERADE
  both nat; small $S4; upload $S4 20000 6; on client $tools udp 198.51.100.10 7 100 1000 1300 200 --df; done_capturing
}
s_dns_silent() { # answers in fragments, none of which gets through
  have dnsmasq && have dig || return 0
  path 1500; local txt i
  txt=$(printf 'x%.0s' $(seq 200))
  local args=(); for i in $(seq 12); do args+=("--txt-record=big.example.com,$i-$txt"); done
  bg server dnsmasq -k --no-resolv --no-hosts --conf-file=/dev/null --pid-file= --user=root --edns-packet-max=4096 "${args[@]}"
  on r2 nft add table ip t; on r2 nft 'add chain ip t pre { type filter hook prerouting priority -500; }'
  on r2 nft 'add rule ip t pre iifname "lan" ip frag-off & 0x3fff != 0 drop'
  sleep 0.5; capture client eth0 dns-silent.pcap
  quiet on client dig +bufsize=4096 +nocookie +tries=3 +timeout=1 @198.51.100.10 big.example.com TXT
  quiet on client dig +bufsize=1232 +nocookie +tries=2 +timeout=1 @198.51.100.10 big.example.com TXT
  done_capturing
}
s_dns_fragments() { # a large answer in fragments that get through, and one whose fragments do not
  have dnsmasq && have dig || return 0
  path 1500; local txt i
  txt=$(printf 'x%.0s' $(seq 200))
  local args=(); for i in $(seq 12); do args+=("--txt-record=big.example.com,$i-$txt"); done
  bg server dnsmasq -k --no-resolv --no-hosts --conf-file=/dev/null --pid-file= --user=root --edns-packet-max=4096 "${args[@]}"
  sleep 0.5; capture client eth0 dns-fragments.pcap
  quiet on client dig +bufsize=4096 +nocookie +tries=1 @198.51.100.10 big.example.com TXT
  quiet on client dig +bufsize=1232 +nocookie +tries=1 @198.51.100.10 big.example.com TXT
  on r1 iptables -t raw -A PREROUTING -i wan -f -j DROP
  quiet on client dig +bufsize=4096 +nocookie +tries=2 +timeout=1 @198.51.100.10 big.example.com TXT
  quiet on client dig +tcp +nocookie @198.51.100.10 big.example.com TXT
  done_capturing
}
s_ra_mtu() { # two routers on one link announce different MTUs
  have radvd || return 0
  node host ra1 ra2 sw
  on sw ip link add br0 type bridge mcast_snooping 0; on sw ip link set br0 up
  link host eth0 sw p1 1500; link ra1 eth0 sw p2 1500; link ra2 eth0 sw p3 1500
  local p; for p in p1 p2 p3; do on sw ip link set $p master br0; done
  router ra1; router ra2; addr ra1 eth0 2001:db8:1::1/64; addr ra2 eth0 2001:db8:1::2/64
  local r mtu
  for r in ra1:1500 ra2:1480; do
    mtu=${r#*:}; r=${r%:*}
    printf 'interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvLinkMTU %s; prefix 2001:db8:1::/64 { }; };\n' $mtu >"$work/$r.conf"
    chmod 644 "$work/$r.conf"
  done
  capture host eth0 ra-mtu.pcap
  bg ra1 radvd -n -C "$work/ra1.conf" -p "$work/ra1.pid" -m stderr; bg ra2 radvd -n -C "$work/ra2.conf" -p "$work/ra2.pid" -m stderr
  sleep 0.5; on host sysctl -qw net.ipv6.conf.eth0.router_solicitations=1; quiet on host rdisc6 -1 eth0; sleep 9; done_capturing
}

# What no sane stack sends is sent by a program, through a raw socket; what answers is the kernel.
s_odd_ptb() { path 1500; web; capture client eth0 odd-ptb.pcap; on client $tools odd-sender 192.0.2.10 198.51.100.10
              on r1 $tools odd-ptb 192.0.2.10 198.51.100.10; done_capturing; }
s_odd_fragments_v4() { path 1500; web; on server sysctl -qw net.ipv4.ipfrag_time=2; capture server eth0 odd-fragments-v4.pcap
                       on client $tools odd-fragments 192.0.2.10 198.51.100.10; sleep 3.5; done_capturing; }
s_odd_fragments_v6() { path 1500; web; on server sysctl -qw net.ipv6.ip6frag_time=2; capture server eth0 odd-fragments-v6.pcap
                       on client $tools odd-fragments-v6 2001:db8:1::10 2001:db8:2::10; sleep 3.5; done_capturing; }

# ---------------------------------------------------------------- tunnels

tunnel_pair() { # KIND MTU: a userspace tunnel (TUN device and raw or UDP socket) between r1 and r2
  path 1500
  bg r1 $tools tunnel "$1" 203.0.113.1 203.0.113.2; bg r2 $tools tunnel "$1" 203.0.113.2 203.0.113.1
  local r; for r in r1 r2; do for _ in $(seq 50); do on $r ip link show tun0 >/dev/null 2>&1 && break; sleep 0.1; done; done
  tunnel_routes tun0 "$2"
}
tunnel_routes() { # DEV MTU
  local r; for r in r1 r2; do on $r ip link set "$1" mtu "$2" up; done
  addr r1 "$1" 203.0.113.5/30 2001:db8:fe::1/64; addr r2 "$1" 203.0.113.6/30 2001:db8:fe::2/64
  on r1 ip route replace 198.51.100.0/24 via 203.0.113.6; on r2 ip route replace 192.0.2.0/24 via 203.0.113.5
  on r1 ip -6 route replace 2001:db8:2::/64 via 2001:db8:fe::2; on r2 ip -6 route replace 2001:db8:1::/64 via 2001:db8:fe::1
}
s_gre() { tunnel_pair gre 1500; web; capture r1 wan tunnel-gre.pcap; small $S4; upload $S4 15000; done_capturing; }
s_gre_ptb() { tunnel_pair gre 1476; web; capture client eth0 tunnel-gre-ptb.pcap; small $S4; upload $S4 15000; done_capturing; }
s_ipip() { tunnel_pair ipip 1480; web; capture r1 wan tunnel-ipip.pcap; small $S4; upload $S4 9000; done_capturing; }
s_6in4() { tunnel_pair sit 1480; web; capture r1 wan tunnel-6in4.pcap; small $S6; upload $S6 9000; done_capturing; }
s_geneve() { tunnel_pair geneve 1450; web; capture r1 wan tunnel-geneve.pcap; small $S4; upload $S4 9000; done_capturing; }
s_vxlan() { # the kernel's VXLAN, its MTU wrongly left at 1500: the outer packets are fragmented
  path 1500; local r
  on r1 ip link add vx0 type vxlan id 42 local 203.0.113.1 remote 203.0.113.2 dstport 4789
  on r2 ip link add vx0 type vxlan id 42 local 203.0.113.2 remote 203.0.113.1 dstport 4789
  on r1 ip link set vx0 address 02:00:00:00:42:01; on r2 ip link set vx0 address 02:00:00:00:42:02
  tunnel_routes vx0 1500; web; capture r1 wan tunnel-vxlan.pcap; small $S4; upload $S4 15000; done_capturing
}
s_vxlan_blackhole() { # VXLAN with DF on the outer header, and a narrow link below: big packets vanish
  path 1500
  on r1 ip link add vx0 type vxlan id 42 local 203.0.113.1 remote 203.0.113.2 dstport 4789 df set
  on r2 ip link add vx0 type vxlan id 42 local 203.0.113.2 remote 203.0.113.1 dstport 4789 df set
  on r1 ip link set vx0 address 02:00:00:00:42:01; on r2 ip link set vx0 address 02:00:00:00:42:02
  tunnel_routes vx0 1500; no_ptb; web; capture client eth0 tunnel-vxlan-blackhole.pcap; small $S4; upload $S4 15000 8; done_capturing
}
s_wireguard() { # wireguard-go, its MTU wrongly left at 1500
  have wireguard-go && have wg || return 0
  path 1500; local r k1 k2
  k1=$(wg genkey); k2=$(wg genkey)
  for r in r1 r2; do bg $r env LOG_LEVEL=error wireguard-go -f wg-$$-$r; done
  for r in r1 r2; do for _ in $(seq 50); do [ -S /var/run/wireguard/wg-$$-$r.sock ] && break; sleep 0.1; done; done
  capture r1 wan tunnel-wireguard.pcap; capture client eth0 tunnel-wireguard-inside.pcap; web
  echo "$k1" >"$work/k1"; echo "$k2" >"$work/k2"
  on r1 wg set wg-$$-r1 listen-port 51820 private-key "$work/k1" peer "$(wg pubkey <"$work/k2")" endpoint 203.0.113.2:51820 allowed-ips 0.0.0.0/0,::/0
  on r2 wg set wg-$$-r2 listen-port 51820 private-key "$work/k2" peer "$(wg pubkey <"$work/k1")" endpoint 203.0.113.1:51820 allowed-ips 0.0.0.0/0,::/0
  for r in r1 r2; do on $r ip link set wg-$$-$r name wg0; done
  tunnel_routes wg0 1500
  small $S4; upload $S4 15000; done_capturing
}

# ---------------------------------------------------------------- everyday traffic

ovs_start() { # NODE: Open vSwitch with its userspace datapath, alone in the namespace
  mkdir -p "$work/ovs"; ovsdb-tool create "$work/ovs/conf.db" /usr/share/openvswitch/vswitch.ovsschema
  bg "$1" ovsdb-server "$work/ovs/conf.db" --remote="punix:$work/ovs/db.sock" --unixctl="$work/ovs/dbctl" --no-chdir
  for _ in $(seq 50); do [ -S "$work/ovs/db.sock" ] && break; sleep 0.1; done
  vsctl="on $1 ovs-vsctl --db=unix:$work/ovs/db.sock --timeout=10"
  $vsctl --no-wait init
  OVS_RUNDIR="$work/ovs" bg "$1" ovs-vswitchd "unix:$work/ovs/db.sock" --unixctl="$work/ovs/ctl" --no-chdir
}
ovs_bridge() { $vsctl add-br "$1" -- set bridge "$1" datapath_type=netdev fail_mode=standalone "${@:2}"; }
ovs_patch() { # BRIDGE PORT BRIDGE PORT
  $vsctl add-port "$1" "$2" -- set interface "$2" type=patch options:peer="$4"
  $vsctl add-port "$3" "$4" -- set interface "$4" type=patch options:peer="$2"
}
switch_pair() { # hosts a, b on VLAN 10 and c, d behind a QinQ provider; the captured trunk is t1 to t2
  node a b c d sw
  link a eth0 sw pa 1500; link b eth0 sw pb 1500; link c eth0 sw pc 1500; link d eth0 sw pd 1500; link sw t1 sw t2 1600
  ovs_start sw
  local n; for n in left right custl custr; do ovs_bridge $n; done
  $vsctl add-port left pa tag=10; $vsctl add-port right pb tag=10
  $vsctl add-port custl pc tag=20; $vsctl add-port custr pd tag=20
  ovs_patch custl cl left lc; ovs_patch custr cr right rc
  $vsctl set port lc vlan_mode=dot1q-tunnel tag=100; $vsctl set port rc vlan_mode=dot1q-tunnel tag=100
  $vsctl set open_vswitch . other_config:vlan-limit=2
  $vsctl add-port left t1 -- set port t1 trunks=10,100; $vsctl add-port right t2 -- set port t2 trunks=10,100
  addr a eth0 192.0.2.130/25 2001:db8:a::1/64; addr b eth0 192.0.2.131/25 2001:db8:a::2/64
  addr c eth0 198.51.100.130/25; addr d eth0 198.51.100.131/25
}
switched_traffic() {
  quiet on a ping -n -c 2 -i 0.2 192.0.2.131; quiet on a ping -n -c 1 2001:db8:a::2; quiet on c ping -n -c 2 -i 0.2 198.51.100.131
  web b; web d
  quiet on a curl -s http://192.0.2.131/bytes/3000; quiet on c curl -s http://198.51.100.131/bytes/2000
}
s_vlan() { have ovs-vswitchd || return 0; switch_pair; capture sw t1 vlan-qinq.pcap; switched_traffic; done_capturing; }
s_mpls() { # Open vSwitch pushes and pops a label (and two)
  have ovs-vswitchd || return 0
  node a b sw; link a eth0 sw pa 1500; link b eth0 sw pb 1500; link sw t1 sw t2 1600
  ovs_start sw; ovs_bridge left; ovs_bridge right
  local of="on sw ovs-ofctl -O OpenFlow13" side
  for side in "left pa t1 100" "right pb t2 200"; do
    set -- $side
    $vsctl add-port "$1" "$2" -- set interface "$2" ofport_request=1; $vsctl add-port "$1" "$3" -- set interface "$3" ofport_request=2
    $vsctl set bridge "$1" protocols=OpenFlow13
    $of add-flow "unix:$work/ovs/$1.mgmt" "priority=10,in_port=1,ip,actions=push_mpls:0x8847,set_field:$4->mpls_label,set_field:3->mpls_tc,output:2"
    $of add-flow "unix:$work/ovs/$1.mgmt" "priority=10,in_port=2,mpls,actions=pop_mpls:0x0800,output:1"
  done
  addr a eth0 192.0.2.130/25; addr b eth0 192.0.2.131/25
  capture sw t1 mpls.pcap; quiet on a ping -n -c 3 -i 0.2 192.0.2.131; web b; quiet on a curl -s http://192.0.2.131/bytes/2000; done_capturing
}

certificate() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=www.example.com \
  -addext subjectAltName=DNS:www.example.com,DNS:example.com -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null; }
nginx_start() { # NODE
  certificate; mkdir -p "$work/www"; chmod 755 "$work"
  { echo '<!doctype html><title>Example</title>'; for i in $(seq 40); do echo "<p>Paragraph $i of an everyday page.</p>"; done; } >"$work/www/index.html"
  echo '{"name": "example", "items": [1, 2, 3]}' >"$work/www/data.json"
  cat >"$work/nginx.conf" <<CONF
user root; daemon off; pid $work/nginx.pid; error_log $work/nginx.err; worker_processes 1;
events { worker_connections 64; }
http {
  access_log off; types { text/html html; application/json json; }
  client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
  gzip on; gzip_min_length 100; gzip_types application/json;
  server { listen 80; listen [::]:80; root $work/www; location = /old { return 301 /index.html; }
           location /api { return 201 '{"ok":true}'; } }
  server { listen 443 ssl http2; listen [::]:443 ssl http2; root $work/www; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
           ssl_protocols TLSv1.2 TLSv1.3; }
}
CONF
  bg "$1" nginx -c "$work/nginx.conf"
}
s_tour() { # a day in the life of a small network: client and gateway on one wire, a trunk on another
  have dnsmasq && have nginx && have dig && have busybox && have ovs-vswitchd || return 0
  node client gw server
  link client eth0 gw lan 1500; link gw wan server eth0 1500
  router gw; addr gw lan 192.0.2.1/25 2001:db8:1::1/64; addr gw wan 198.51.100.1/25 2001:db8:2::1/64
  addr server eth0 198.51.100.10/25 2001:db8:2::10/64
  on server ip route add default via 198.51.100.1; on server ip -6 route add default via 2001:db8:2::1
  on gw ip route add unreachable 203.0.113.0/24
  nginx_start server
  bg gw dnsmasq -k --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts --leasefile-ro --interface=lan \
    --dhcp-range=192.0.2.50,192.0.2.60,1h --dhcp-range=2001:db8:1::,ra-stateless --enable-ra --ra-param=lan,mtu:1500,5,1800 \
    --dhcp-option=option:mtu,1500 --dhcp-option=option:domain-name,example.com --dhcp-option=option6:dns-server,2001:db8:1::1 \
    --host-record=www.example.com,198.51.100.10,2001:db8:2::10 --cname=alias.example.com,www.example.com \
    --mx-host=example.com,mail.example.com,10 --txt-record=example.com,"v=spf1 -all" --srv-host=_sip._tcp.example.com,sip.example.com,5060,10 \
    --ptr-record=10.100.51.198.in-addr.arpa,www.example.com --local=/example.com/ --local-ttl=300
  switch_pair
  printf '#!/bin/sh\ncase $1 in bound|renew) ip addr add $ip/$mask dev $interface; ip route replace default via $router;; esac\n' >"$work/dhcp.sh"; chmod 755 "$work/dhcp.sh"
  capture client eth0 _eth0.pcap; capture sw t1 _trunk0.pcap
  on client sysctl -qw net.ipv6.conf.eth0.router_solicitations=1 net.ipv6.conf.eth0.autoconf=1 net.ipv6.conf.eth0.accept_dad=1
  on client ip link set eth0 down; on client ip link set eth0 up
  quiet on client busybox udhcpc -i eth0 -n -q -f -x hostname:client -s "$work/dhcp.sh" -t 3
  sleep 2.5
  local d="on client dig +tries=1 +time=1" q w=www.example.com
  for q in A AAAA; do quiet $d @192.0.2.1 $w $q; done
  quiet $d @192.0.2.1 example.com MX; quiet $d +noedns @192.0.2.1 example.com TXT; quiet $d @192.0.2.1 alias.example.com A
  quiet $d +tcp @192.0.2.1 _sip._tcp.example.com SRV; quiet $d @192.0.2.1 -x 198.51.100.10; quiet $d @192.0.2.1 nowhere.example.com A
  quiet $d @2001:db8:1::1 $w AAAA
  local c="on client curl -s -k --max-time 3 --resolve $w:80:198.51.100.10 --resolve $w:443:198.51.100.10"
  quiet $c http://$w/index.html http://$w/data.json http://$w/missing http://$w/old
  quiet $c --compressed http://$w/index.html; quiet $c -d 'name=value' -u user:secret http://$w/api
  quiet $c --http1.1 --tls-max 1.2 https://$w/data.json; quiet $c https://$w/data.json
  quiet on client curl -s -g 'http://[2001:db8:2::10]/data.json' -H 'Host: www.example.com'
  (printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n7\r\nchunked\r\n8\r\n answer\n\r\n0\r\n\r\n'; sleep 0.3) | quiet on server busybox nc -l -p 8080 & sleep 0.2
  quiet $c http://198.51.100.10:8080/chunked
  quiet on client ping -n -c 2 -i 0.2 198.51.100.10; quiet on client ping -n -c 2 -i 0.2 2001:db8:2::10
  quiet on client ping -n -c 1 -W 1 203.0.113.9; quiet on client traceroute -n -q 1 -m 4 -N 1 198.51.100.10; quiet on client traceroute -6 -n -q 1 -m 4 -N 1 2001:db8:2::10
  quiet $c http://198.51.100.10:81/                                    # connection refused
  quiet on client sh -c 'echo hello >/dev/udp/198.51.100.10/9999' ; on client bash -c 'echo hello >/dev/udp/198.51.100.10/9999; echo hello >/dev/udp/2001:db8:2::10/9999' || true
  on gw iptables -A FORWARD -p tcp --sport 80 -m length --length 1000: -m statistic --mode nth --every 3 --packet 1 -j DROP
  head -c 9000 /dev/zero | tr '\0' 'z' >"$work/www/big.html"; quiet $c http://$w/big.html # one segment is lost and sent again
  switched_traffic
  local files=("${!capture_pid[@]}"); done_capturing
  $tools merge "$out/tour.pcapng" eth0="$work/_eth0.pcap" trunk0="$work/_trunk0.pcap" --comment "A small network: DHCP, DNS, web, faults; and a VLAN trunk"
}

# ---------------------------------------------------------------- links and routing

lan() { node a b; link a eth0 b eth0 1500; addr a eth0 192.0.2.1/24 2001:db8:1::1/64; addr b eth0 192.0.2.2/24 2001:db8:1::2/64; }
any_traffic() { quiet on a ping -n -c 2 -i 0.2 192.0.2.2; quiet on a ping -n -c 1 2001:db8:1::2; quiet on a ping -n -c 1 127.0.0.1
                web b; quiet on a curl -s http://192.0.2.2/bytes/500; quiet on a curl -s -g 'http://[2001:db8:1::2]/bytes/500'; }
s_sll() { lan; capture a any sll.pcap -y LINUX_SLL; any_traffic; done_capturing; }
s_sll2() { lan; capture a any sll2.pcap -y LINUX_SLL2; any_traffic; done_capturing; }
s_nflog() { lan; on a iptables -A OUTPUT -j NFLOG --nflog-group 5 --nflog-prefix out; on a iptables -A INPUT -j NFLOG --nflog-group 5
            on a ip6tables -A OUTPUT -j NFLOG --nflog-group 5; capture a nflog:5 nflog.pcap; any_traffic; done_capturing; }
s_raw() { tunnel_pair ipip 1480; web; capture r1 tun0 raw-ip.pcap; small $S4; quiet on client ping -n -c 2 -i 0.2 198.51.100.10; done_capturing; }
s_loopback() { lan; web a; capture a lo loopback.pcap; quiet on a curl -s http://127.0.0.1/bytes/20000; quiet on a curl -s -g 'http://[::1]/bytes/500'; done_capturing; }
s_multicast() { lan; addr a eth0 192.0.2.3/24
  capture a eth0 multicast.pcap; on a $tools join eth0 192.0.2.1 --seconds 1
  on a sysctl -qw net.ipv4.conf.eth0.force_igmp_version=2 net.ipv6.conf.eth0.force_mld_version=1; on a $tools join eth0 192.0.2.1 --seconds 1; done_capturing; }
s_stp() { # the kernel's bridge: a loop of two bridges; then Open vSwitch's rapid spanning tree
  node a b; link a p1 b p1 1500; link a p2 b p2 1500; local n p
  capture a p1 stp.pcap stp
  for n in a b; do on $n ip link add br0 type bridge stp_state 1 hello_time 100 forward_delay 400
    for p in p1 p2; do on $n ip link set $p master br0; done; on $n ip link set br0 up; done
  sleep 11; done_capturing
}
s_rstp() { have ovs-vswitchd || return 0; node sw; link sw p1 sw p2 1500; link sw p3 sw p4 1500; ovs_start sw; capture sw p1 rstp.pcap stp
  ovs_bridge left rstp_enable=true; ovs_bridge right rstp_enable=true
  $vsctl add-port left p1; $vsctl add-port right p2; $vsctl add-port left p3; $vsctl add-port right p4; sleep 9; done_capturing; }
s_lldp() { # lldpd speaks LLDP and the vendors' older protocols
  have lldpd || return 0; lan; capture b eth0 lldp.pcap 'not ip6'; 
  mkdir -p "$work/lldp"; bg a lldpd -d -l -cc -ee -ff -ss -u "$work/lldp/a.sock" -S 'Example system' -P Linux -m 192.0.2.1 -I eth0 -C eth0
  sleep 4; done_capturing; }
s_vrrp() { have keepalived || return 0; lan; local v
  cat >"$work/k.conf" <<CONF
global_defs { router_id a
 vrrp_version 3 }
vrrp_instance four { state MASTER
 interface eth0
 virtual_router_id 51
 priority 150
 advert_int 1
 virtual_ipaddress { 192.0.2.100/24 } }
vrrp_instance six { state MASTER
 interface eth0
 virtual_router_id 52
 priority 120
 advert_int 1
 virtual_ipaddress { fe80::100
 2001:db8:1::100 } }
vrrp_instance two { state MASTER
 interface eth0
 virtual_router_id 53
 version 2
 priority 90
 advert_int 1
 authentication { auth_type PASS
 auth_pass example }
 virtual_ipaddress { 192.0.2.101/24 } }
CONF
  capture b eth0 vrrp.pcap; bg a keepalived -n -P -f "$work/k.conf" -p "$work/k.pid" -r "$work/kv.pid"; sleep 8; done_capturing; }
frr() { # NODE DAEMON: one FRRouting daemon with $work/NODE.conf
  bg "$1" "/usr/lib/frr/$2" -u root -g frrvty -f "$work/$1.$2.conf" -i "$work/$1.$2.pid" --vty_socket "$work/$1" -A 127.0.0.1 -z "$work/$1.zserv"
}
s_routing() { # FRRouting on both ends of one link: OSPFv2, OSPFv3, RIP, RIPng, EIGRP, PIM, BGP, IS-IS, BFD
  [ -x /usr/lib/frr/zebra ] || { skip "frr is not installed"; return 0; }
  lan; router a; router b; local n id peer d
  for n in a:1:2 b:2:1; do
    IFS=: read -r n id peer <<<"$n"
    on $n ip addr add 198.51.100.$id/32 dev lo
    echo "hostname $n" >"$work/$n.zebra.conf"
    printf '%s\n' "router ospf" " ospf router-id 198.51.100.$id" " network 192.0.2.0/24 area 0" " network 198.51.100.0/24 area 0" "interface eth0" " ip ospf hello-interval 2" " ip ospf dead-interval 8" >"$work/$n.ospfd.conf"
    printf '%s\n' "router ospf6" " ospf6 router-id 198.51.100.$id" "interface eth0" " ipv6 ospf6 area 0.0.0.0" " ipv6 ospf6 hello-interval 2" " ipv6 ospf6 dead-interval 8" >"$work/$n.ospf6d.conf"
    printf '%s\n' "router rip" " version 2" " network eth0" " timers basic 5 30 20" " redistribute connected" >"$work/$n.ripd.conf"
    printf '%s\n' "router ripng" " network eth0" " timers basic 5 30 20" " redistribute connected" >"$work/$n.ripngd.conf"
    printf '%s\n' "router eigrp 7" " network 192.0.2.0/24" >"$work/$n.eigrpd.conf"
    printf '%s\n' "interface eth0" " ip pim" " ip igmp" >"$work/$n.pimd.conf"
    printf '%s\n' "router bgp 6500$id" " bgp router-id 198.51.100.$id" " no bgp ebgp-requires-policy" " neighbor 192.0.2.$peer remote-as 6500$peer" " neighbor 192.0.2.$peer timers 3 9" " neighbor 192.0.2.$peer bfd" " address-family ipv4 unicast" "  network 198.51.100.$id/32" >"$work/$n.bgpd.conf"
    printf '%s\n' "router isis 1" " net 49.0001.0000.0000.000$id.00" " is-type level-1" "interface eth0" " ip router isis 1" " isis hello-interval 2" >"$work/$n.isisd.conf"
    printf '%s\n' "bfd" >"$work/$n.bfdd.conf"
  done
  capture a eth0 routing.pcap
  for d in zebra bfdd ospfd ospf6d ripd ripngd eigrpd pimd bgpd isisd; do for n in a b; do mkdir -p "$work/$n"; frr $n $d; done; [ $d = zebra ] && sleep 0.5; done
  sleep 18; done_capturing
}
s_sctp() { [ -x /usr/lib/usrsctp/tsctp ] || { skip "libusrsctp-examples is not installed"; return 0; }
  lan; bg b /usr/lib/usrsctp/tsctp; sleep 0.5; capture a eth0 sctp.pcap; quiet on a timeout 4 /usr/lib/usrsctp/tsctp -n 12 -l 600 192.0.2.2; done_capturing; }
s_pppoe() { have pppoe-discovery || [ -x /usr/sbin/pppoe-server ] || return 0; lan; capture a eth0 pppoe-discovery.pcap 'not ip6'
  bg b pppoe-server -F -I eth0 -C access -S internet -L 192.0.2.2 -R 192.0.2.50; sleep 0.5; quiet on a timeout 4 pppoe-discovery -I eth0; quiet on a timeout 4 pppoe -I eth0; done_capturing; }
s_l2tp() { have xl2tpd || return 0; lan; local n; mkdir -p "$work/x"
  printf '[global]\nport = 1701\n[lac b]\nlns = 192.0.2.2\nautodial = yes\nredial = no\n' >"$work/x/a.conf"
  printf '[global]\nport = 1701\n[lns default]\nip range = 192.0.2.100-192.0.2.110\nlocal ip = 192.0.2.2\nrequire authentication = no\n' >"$work/x/b.conf"
  capture a eth0 l2tp.pcap 'not ip6'; for n in b a; do bg $n xl2tpd -D -c "$work/x/$n.conf" -p "$work/x/$n.pid" -C "$work/x/$n.ctl" -s /dev/null; sleep 0.5; done; sleep 4; done_capturing; }

# ---------------------------------------------------------------- run

# ---------------------------------------------------------------- secrets

certificates() { # an everyday chain: a root, and a server's certificate with what such have; RSA, so that RSA key exchange works
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/C=DE/O=Example Trust/CN=Example Root" -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj "/C=DE/ST=Berlin/L=Berlin/O=Example/OU=Web/CN=www.example.com/emailAddress=web@example.com" \
    -keyout "$work/key.pem" -out "$work/req.pem" 2>/dev/null
  cat >"$work/ext" <<EXT
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=DNS:www.example.com,DNS:*.example.org,IP:192.0.2.2,IP:2001:db8::2,email:web@example.com,URI:https://example.com/
certificatePolicies=2.23.140.1.2.1,@policy
crlDistributionPoints=URI:http://crl.example.com/root.crl
authorityInfoAccess=OCSP;URI:http://ocsp.example.com,caIssuers;URI:http://example.com/root.crt
[policy]
policyIdentifier=1.3.6.1.4.1.55555.1
CPS.1=https://example.com/cps
EXT
  openssl x509 -req -in "$work/req.pem" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 825 -extfile "$work/ext" -out "$work/leaf.pem" 2>/dev/null
  cat "$work/leaf.pem" "$work/ca.pem" >"$work/cert.pem"
  printf 'V\t330101000000Z\t\t%s\tunknown\t/CN=x\n' "$(openssl x509 -in "$work/leaf.pem" -noout -serial | cut -d= -f2)" >"$work/index.txt"
  openssl ocsp -index "$work/index.txt" -rsigner "$work/ca.pem" -rkey "$work/ca.key" -CA "$work/ca.pem" -issuer "$work/ca.pem" \
    -cert "$work/leaf.pem" -ndays 7 -respout "$work/ocsp.der" -noverify >/dev/null 2>&1 || true
}
with_secrets() { # FILE: put the secrets of $work/keys into the capture
  editcap --inject-secrets "tls,$work/keys" "$out/_$1" "$out/$1" && rm -f "$out/_$1"
}
tls_talk() { # VERSION CIPHER [s_client options]: one request over TLS, the secrets into $work/keys
  local version=$1 cipher=$2 word=-cipher; shift 2
  [ "$version" = tls1_3 ] && word=-ciphersuites
  printf 'GET /answer HTTP/1.0\r\nHost: www.example.com\r\n\r\n' | timeout 3 ip netns exec "$prefix-a" openssl s_client -connect 192.0.2.2:443 \
    -servername www.example.com -status "-$version" $word "$cipher" -keylogfile "$work/keys.one" -ign_eof "$@" >/dev/null 2>&1 || true
  cat "$work/keys.one" >>"$work/keys"; rm -f "$work/keys.one"
}
tls_serve() { # [s_server options]
  printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello, world' >"$work/answer"
  bg b openssl s_server -accept 443 -cert "$work/leaf.pem" -cert_chain "$work/ca.pem" -key "$work/key.pem" -status_file "$work/ocsp.der" -HTTP "$@"
  sleep 0.5
}
s_tls() { # one connection each of the usual cipher suites
  lan; certificates; cd "$work"
  : >"$work/keys"; tls_serve -cipher ALL:@SECLEVEL=0; capture a eth0 _tls12.pcapng
  local cipher
  for cipher in ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-CHACHA20-POLY1305 AES256-SHA256 ECDHE-RSA-AES128-SHA DHE-RSA-AES128-CCM8; do tls_talk tls1_2 $cipher; done
  done_capturing; mv "$work/_tls12.pcapng" "$out/_tls12.pcapng"; with_secrets tls12.pcapng
  : >"$work/keys"; capture a eth0 _tls13.pcapng
  tls_talk tls1_3 TLS_AES_128_GCM_SHA256; tls_talk tls1_3 TLS_CHACHA20_POLY1305_SHA256
  done_capturing; mv "$work/_tls13.pcapng" "$out/_tls13.pcapng"; with_secrets tls13.pcapng
  : >"$work/keys"; capture a eth0 tls-keylog.pcap; tls_talk tls1_3 TLS_AES_256_GCM_SHA384
  done_capturing; grep -v '^#' "$work/keys" >"$out/tls-keylog.keys"
}
s_h2() { # HTTP/2 within TLS 1.3, then HTTP/1.1 with keep-alive within TLS 1.2
  have nginx || return 0
  lan; nginx_start b; sleep 0.5; : >"$work/keys"; capture a eth0 _tls-h2.pcapng tcp
  local c="on a env SSLKEYLOGFILE=$work/keys curl -s -k --max-time 3 --resolve www.example.com:443:192.0.2.2" w=https://www.example.com
  quiet $c $w/data.json $w/index.html $w/missing
  quiet $c --http1.1 --tls-max 1.2 $w/index.html $w/data.json
  done_capturing; mv "$work/_tls-h2.pcapng" "$out/_tls-h2.pcapng"; with_secrets tls-h2.pcapng
}
s_dtls() { # a few words over DTLS 1.2, the certificate in fragments
  lan; certificates; cd "$work"; : >"$work/keys"
  ip netns exec "$prefix-b" openssl s_server -dtls1_2 -accept 4433 -cert "$work/leaf.pem" -key "$work/key.pem" >/dev/null 2>&1 \
    < <(sleep 1.5; echo hello from the server; sleep 1.5) & jobs_started+=($!)
  sleep 0.5; capture a eth0 _dtls.pcapng udp
  (sleep 0.5; echo hello from the client; sleep 1.2) | timeout 3 ip netns exec "$prefix-a" openssl s_client -dtls1_2 \
    -connect 192.0.2.2:4433 -cipher ECDHE-RSA-AES128-GCM-SHA256 -keylogfile "$work/keys" >/dev/null 2>&1 || true
  done_capturing; mv "$work/_dtls.pcapng" "$out/_dtls.pcapng"; with_secrets dtls.pcapng
}
s_quic() { # HTTP/3; QUIC_PYTHON is a Python that has aioquic
  "${QUIC_PYTHON:-python3}" -c 'import aioquic' 2>/dev/null || { skip "aioquic is not installed"; return 0; }
  lan; certificates
  local name words q="${QUIC_PYTHON:-python3} $here/record_quic.py" server
  while read -r name words; do
    : >"$work/keys"; bg b $q serve 192.0.2.2 "$work/cert.pem" "$work/key.pem" $words; server=$!; sleep 1
    capture a eth0 "_$name.pcapng" udp; timeout 10 ip netns exec "$prefix-a" $q fetch 192.0.2.2 "$work/keys" $words >/dev/null 2>&1 || true
    done_capturing; kill "$server" 2>/dev/null || true; mv "$work/_$name.pcapng" "$out/_$name.pcapng"; with_secrets "$name.pcapng"
  done <<'LIST'
quic chacha update
quic-v2 v2 aes256
quic-retry retry big
LIST
}

scenarios() { declare -F | awk '{print $3}' | sed -n 's/^s_//p'; }
[ $# -ge 1 ] || { sed -n '2,9p' "$0" >&2; exit 2; }
if [ "$1" = list ]; then scenarios; exit; fi
[ "$(id -u)" = 0 ] || { echo "record.sh needs root (network namespaces)" >&2; exit 2; }
mkdir -p "$1"; out=$(cd "$1" && pwd); shift
[ $# -gt 0 ] || set -- $(scenarios)
if [ $# -gt 1 ]; then # each in a process of its own, JOBS at a time; a failure is named and the others go on
  printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I{} sh -c '"$0" "$1" "$2" || { echo "FAILED: $2" >&2; exit 1; }' "$0" "$out" {}
  exit
fi
echo "$1" >&2
"s_${1//-/_}"

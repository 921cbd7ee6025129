package dev.weir.platform.http;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which addresses no tenant's URL may lead to, and by what rule: everything that IANA's registries call special, and the metadata services
 * of clouds. An address that holds another one inside (mapped, translated, tunnelled) is refused whatever that one is.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA's registry for IPv6</a>
 */
final class AddressRules {
    /** The first that fits is named, so the narrower ones stand before the wider. */
    private static final List<Rule> RULES = List.of(rule("metadata", "169.254.169.254/32", "169.254.169.253/32",
            "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::/32",
            "fd20:ce::254/128"), rule("unspecified", "0.0.0.0/8", "::/128"), rule("loopback", "127.0.0.0/8", "::1/128"),
            rule("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
            rule("link-local", "169.254.0.0/16", "fe80::/10"), rule("shared", "100.64.0.0/10"),
            rule("benchmarking", "198.18.0.0/15", "2001:2::/48"),
            rule("documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
            rule("multicast", "224.0.0.0/4", "ff00::/8"),
            rule("embedded-ipv4", "::ffff:0:0/96", "::ffff:0:0:0/96", "::/96"),
            rule("nat64", "64:ff9b::/96", "64:ff9b:1::/48"), rule("6to4", "2002::/16", "192.88.99.0/24"),
            rule("teredo", "2001::/32"),
            rule("reserved", "192.0.0.0/24", "240.0.0.0/4", "2001::/23", "100::/64", "5f00::/16"));

    /** All of IPv6 that is handed out to networks. */
    private static final IPAddress GLOBAL_IPV6 = block("2000::/3");

    /** Only four decimal numbers without leading zeros, or hexadecimal groups: none of the forms that C libraries take as well. */
    private static final IPAddressStringParameters STRICT = strict();

    private static final Pattern LETTERS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private AddressRules() {}

    private record Rule(String name, List<IPAddress> blocks) {}

    /** The rule that forbids {@code address}, if any. */
    static Optional<String> broken(IPAddress address) {
        return RULES.stream().filter(rule -> rule.blocks().stream().anyMatch(block -> block.contains(address)))
                .map(Rule::name).findFirst()
                .or(() -> address.isIPv6() && !GLOBAL_IPV6.contains(address)
                        ? Optional.of("reserved")
                        : Optional.empty());
    }

    static boolean isLoopback(IPAddress address) {
        return broken(address).filter("loopback"::equals).isPresent();
    }

    /** Reads the one strict form of an address, without zone, prefix or brackets. */
    static Optional<IPAddress> read(String text) {
        if (!LETTERS.matcher(text).matches()) {
            return Optional.empty(); // the library trims
        }
        return Optional.ofNullable(new IPAddressString(text, STRICT).getAddress()).filter(each -> !each.isMultiple());
    }

    private static Rule rule(String name, String... blocks) {
        return new Rule(name, Arrays.stream(blocks).map(AddressRules::block).toList());
    }

    private static IPAddress block(String text) {
        return new IPAddressString(text).getAddress().toPrefixBlock();
    }

    private static IPAddressStringParameters strict() {
        IPAddressStringParameters.Builder strict = new IPAddressStringParameters.Builder().allowAll(false)
                .allowEmpty(false).allowSingleSegment(false).allowPrefix(false).allowMask(false)
                .allowPrefixOnly(false).allowWildcardedSeparator(false).allow_inet_aton(false)
                .setRangeOptions(RangeParameters.NO_RANGE);
        strict.getIPv4AddressParametersBuilder().allowLeadingZeros(false).allowBinary(false);
        strict.getIPv6AddressParametersBuilder().allowZone(false).allowEmptyZone(false).allowBase85(false)
                .allowBinary(false).allowUnlimitedLeadingZeros(false);
        return strict.toParams();
    }
}

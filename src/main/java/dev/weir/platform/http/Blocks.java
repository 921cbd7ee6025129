package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Further networks that nothing may be sent to. */
record Blocks(List<IPAddress> networks) {
    /**
     * Reads addresses and networks in CIDR notation, between blanks.
     *
     * @throws IllegalArgumentException that names the word which is none
     */
    static Blocks of(String text) {
        return new Blocks(Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).map(Blocks::block)
                .toList());
    }

    boolean contain(IPAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static IPAddress block(String word) {
        int slash = word.indexOf('/');
        String network = slash < 0 ? word : word.substring(0, slash);
        return AddressRules.read(network).flatMap(_ -> Optional.ofNullable(new IPAddressString(word).getAddress()))
                .map(IPAddress::toPrefixBlock)
                .orElseThrow(() -> new IllegalArgumentException("not a network in CIDR notation: " + word));
    }
}

package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides whether a URL that a tenant chose may be reached, and at which addresses: only those that were looked at here may be connected to,
 * because a second look-up may say something else.
 */
final class SsrfGuard {
    private static final List<IPAddress> LOCALHOST = List.of(new IPAddressString("127.0.0.1").getAddress());

    private final Names names;
    private final Supplier<Future<Set<IPAddress>>> own;
    private final Blocks blocked;
    private final boolean loopback;

    /**
     * A guard over look-ups.
     *
     * @param own addresses of this machine
     * @param blocked further networks
     * @param loopback whether this host itself may be reached, over plain HTTP also: for a gateway on one's own machine only
     */
    SsrfGuard(Names names, Supplier<Future<Set<IPAddress>>> own, Blocks blocked, boolean loopback) {
        this.names = names;
        this.own = own;
        this.blocked = blocked;
        this.loopback = loopback;
    }

    /** A destination and its addresses, each of which passed. */
    record Vetted(Destination destination, List<IPAddress> addresses) {}

    /** Fails with {@link BrokenRule}, or as the look-up failed. One look-up; one bad address among good ones is enough to refuse. */
    Future<Vetted> vet(String url) {
        Destination destination;
        try {
            destination = Destination.of(url, loopback);
        } catch (BrokenRule broken) {
            return Future.failedFuture(broken);
        }
        return addresses(destination).compose(addresses -> own.get().compose(mine -> {
            Optional<String> broken = addresses.stream().map(address -> broken(destination, address, mine))
                    .flatMap(Optional::stream).findFirst();
            return broken.<Future<Vetted>>map(rule -> Future.failedFuture(new BrokenRule(rule)))
                    .orElseGet(() -> Future.succeededFuture(new Vetted(destination, addresses)));
        }));
    }

    private Future<List<IPAddress>> addresses(Destination destination) {
        if (destination.address().isPresent()) {
            return Future.succeededFuture(List.of(destination.address().get()));
        }
        return destination.host().equals("localhost")
                ? Future.succeededFuture(LOCALHOST)
                : names.addresses(destination.host());
    }

    /** A certificate for an address is nothing that anybody has, and an address has no name to ask a server for. */
    private Optional<String> broken(Destination destination, IPAddress address, Set<IPAddress> mine) {
        boolean literal = destination.tls() && destination.address().isPresent();
        if (loopback && AddressRules.isLoopback(address)) {
            return literal ? Optional.of("ip-literal") : Optional.empty();
        }
        if (!destination.tls()) {
            return Optional.of("not-https");
        }
        return AddressRules.broken(address)
                .or(() -> rule(mine.contains(address), "own-address"))
                .or(() -> rule(blocked.contain(address), "blocked"))
                .or(() -> rule(!Destination.isUsual(destination.port()), "port"))
                .or(() -> rule(literal, "ip-literal"));
    }

    private static Optional<String> rule(boolean broken, String name) {
        return broken ? Optional.of(name) : Optional.empty();
    }
}

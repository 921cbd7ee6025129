package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses of this machine's network interfaces, read off the event loop and anew once a minute. */
final class OwnAddresses {
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Interfaces interfaces;
    private final InstantSource clock;
    private Instant readAt = Instant.MIN;
    private Future<Set<IPAddress>> read = Future.failedFuture("not read");

    OwnAddresses(Vertx vertx, Interfaces interfaces, InstantSource clock) {
        this.vertx = vertx;
        this.interfaces = interfaces;
        this.clock = clock;
    }

    /** What the operating system says; may block. */
    @FunctionalInterface
    interface Interfaces {
        Set<IPAddress> addresses() throws SocketException;
    }

    /** Fails if the operating system does not say; the next call asks again. */
    synchronized Future<Set<IPAddress>> now() {
        Instant now = clock.instant();
        boolean stale = read.failed() || now.isBefore(readAt) || Duration.between(readAt, now).compareTo(FRESH) >= 0;
        if (stale) {
            readAt = now;
            read = vertx.executeBlocking(interfaces::addresses, false);
        }
        return read;
    }

    static Set<IPAddress> ofThisMachine() throws SocketException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .map(OwnAddresses::withoutZone).flatMap(Optional::stream).collect(Collectors.toSet());
    }

    private static Optional<IPAddress> withoutZone(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return AddressRules.read(zone < 0 ? text : text.substring(0, zone));
    }
}

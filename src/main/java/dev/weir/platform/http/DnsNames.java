package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the system's name servers without blocking a thread: a tenant's slow name server holds up nobody else. Both families are asked for, on
 * every machine, so that all addresses of a host are checked; those of IPv4 come first. Answers are not kept, and search domains not tried.
 */
final class DnsNames implements Names {
    /** For one server to answer one question. */
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /** For one host, all families and aliases together: seven aliases in a row. */
    private static final int MAX_QUERIES = 16;

    private final VertxInternal vertx;
    private final DnsNameResolver resolver;

    DnsNames(Vertx vertx) {
        this(vertx, DnsServerAddressStreamProviders.platformDefault(), PATIENCE);
    }

    DnsNames(Vertx vertx, DnsServerAddressStreamProvider servers, Duration patience) {
        this.vertx = (VertxInternal) vertx;
        this.resolver = new DnsNameResolverBuilder(this.vertx.createEventLoopContext().nettyEventLoop())
                .datagramChannelFactory(() -> this.vertx.transport().datagramChannel())
                .socketChannelFactory(() -> (SocketChannel) this.vertx.transport().channelFactory(false).newChannel())
                .nameServerProvider(servers)
                .queryTimeoutMillis(patience.toMillis())
                .maxQueriesPerResolve(MAX_QUERIES)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .completeOncePreferredResolved(false)
                .optResourceEnabled(false)
                .searchDomains(List.of())
                .ndots(1)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .build();
    }

    @Override
    public Future<List<IPAddress>> addresses(String host) {
        Promise<List<IPAddress>> answer = vertx.promise();
        resolver.resolveAll(host).addListener((io.netty.util.concurrent.Future<List<InetAddress>> answered) -> {
            List<IPAddress> found = answered.isSuccess() ? read(answered.getNow()) : List.of();
            if (found.isEmpty()) {
                answer.fail(new UnknownHostException("no address"));
            } else {
                answer.complete(found);
            }
        });
        return answer.future();
    }

    private static List<IPAddress> read(List<InetAddress> found) {
        return found.stream().map(InetAddress::getHostAddress).map(AddressRules::read).flatMap(Optional::stream)
                .toList();
    }
}

package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.resolver.NameResolver;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Asks the system's name servers without blocking a thread: a tenant's slow name server holds up nobody else. Answers are not kept, and
 * search domains not tried.
 */
final class DnsNames implements Names {
    private final NameResolver resolver;
    private final Vertx vertx;

    /** @param options which servers to ask and how long to wait for each; by default the system's, five seconds */
    DnsNames(Vertx vertx, AddressResolverOptions options) {
        this.vertx = vertx;
        this.resolver = new NameResolver(vertx, new AddressResolverOptions(options).setCacheMaxTimeToLive(0)
                .setCacheNegativeTimeToLive(0).setSearchDomains(List.of()).setMaxQueries(8));
    }

    @Override
    public Future<List<IPAddress>> addresses(String host) {
        Promise<List<InetSocketAddress>> answer = ((VertxInternal) vertx).promise();
        resolver.resolveAll(host, answered -> {
            if (answered.succeeded()) {
                answer.complete(answered.result());
            } else {
                answer.fail(new UnknownHostException("no address"));
            }
        });
        return answer.future().map(found -> found.stream().map(each -> each.getAddress().getHostAddress())
                .map(AddressRules::read).flatMap(Optional::stream).toList())
                .compose(found -> found.isEmpty()
                        ? Future.failedFuture(new UnknownHostException("no address"))
                        : Future.succeededFuture(found));
    }
}

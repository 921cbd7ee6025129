package dev.weir.bridge.acp;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Between client and service: passes everything on until told to cut, and takes nobody while told to refuse. */
final class CuttingProxy {
    final AtomicInteger accepted = new AtomicInteger();
    volatile boolean refusing;
    private final Vertx vertx;
    private final int target;
    private final NetClient client;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();

    CuttingProxy(Vertx vertx, int target) {
        this.vertx = vertx;
        this.target = target;
        this.client = vertx.createNetClient();
    }

    Future<Integer> start() {
        return vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1").map(up -> up.actualPort());
    }

    int cut() {
        int count = sockets.size();
        sockets.forEach(NetSocket::close);
        return count;
    }

    private void accept(NetSocket caller) {
        if (refusing) {
            caller.close();
            return;
        }
        accepted.incrementAndGet();
        caller.pause();
        client.connect(target, "127.0.0.1").onSuccess(service -> {
            sockets.add(caller);
            sockets.add(service);
            caller.closeHandler(v -> drop(caller, service));
            service.closeHandler(v -> drop(caller, service));
            caller.pipeTo(service);
            service.pipeTo(caller);
        }).onFailure(v -> caller.close());
    }

    private void drop(NetSocket one, NetSocket other) {
        sockets.remove(one);
        sockets.remove(other);
        one.close();
        other.close();
    }
}

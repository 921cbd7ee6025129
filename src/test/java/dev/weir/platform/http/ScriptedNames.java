package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import io.vertx.core.Future;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A name server that says something else each time; the last answer stays. */
final class ScriptedNames implements Names {
    private final List<List<IPAddress>> answers = new ArrayList<>();
    private int asked;

    /** Begins a new script. */
    synchronized ScriptedNames answer(String... addresses) {
        answers.clear();
        asked = 0;
        return then(addresses);
    }

    synchronized ScriptedNames then(String... addresses) {
        answers.add(Arrays.stream(addresses).map(each -> AddressRules.read(each).orElseThrow()).toList());
        return this;
    }

    synchronized int asked() {
        return asked;
    }

    @Override
    public synchronized Future<List<IPAddress>> addresses(String host) {
        List<IPAddress> answer = answers.isEmpty() ? List.of() : answers.get(Math.min(asked, answers.size() - 1));
        asked++;
        return answer.isEmpty()
                ? Future.failedFuture(new UnknownHostException("no address"))
                : Future.succeededFuture(answer);
    }
}

package dev.weir.feature.webhook;

import dev.weir.feature.webhook.Courier.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A courier that answers for each URL as the test says, and remembers every letter. */
final class Post implements Courier {
    final List<Letter> letters = new CopyOnWriteArrayList<>();
    private final Map<String, Supplier<Future<Reply>>> replies = new HashMap<>();

    void answers(String url, int status) {
        answers(url, () -> Future.succeededFuture(new Reply.Answered(status, Optional.empty())));
    }

    void answers(String url, int status, Duration retryAfter) {
        answers(url, () -> Future.succeededFuture(new Reply.Answered(status, Optional.of(retryAfter))));
    }

    void answers(String url, Supplier<Future<Reply>> reply) {
        replies.put(url, reply);
    }

    long sentTo(String url) {
        return letters.stream().filter(each -> each.url().equals(url)).count();
    }

    @Override
    public Future<Optional<String>> objection(String url) {
        return Future.succeededFuture(url.startsWith("https:") ? Optional.empty() : Optional.of("not-https"));
    }

    @Override
    public Future<Reply> send(Letter letter) {
        letters.add(letter);
        return replies.get(letter.url()).get();
    }
}

package dev.weir.edge.http;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;

/** Which of the two forms of a run's events a client asked for: a live stream or JSON. */
final class Accepts {
    private Accepts() {}

    /**
     * Whether {@code Accept} names {@code text/event-stream} and does not like JSON better; fails with 406 if it allows neither. A client
     * that says nothing, or anything, gets JSON.
     */
    static boolean eventStream(RoutingContext ctx) {
        List<MIMEHeader> accepted = ctx.parsedHeaders().accept();
        if (accepted.isEmpty()) {
            return false;
        }
        float stream = weight(accepted, "text", "event-stream", true);
        float json = weight(accepted, "application", "json", false);
        if (stream <= 0 && json <= 0) {
            throw new HttpException(406, "this resource is text/event-stream or application/json");
        }
        return stream > 0 && stream >= json;
    }

    /** Of the most specific range that covers the type; the stream has to be {@code named}. */
    private static float weight(List<MIMEHeader> accepted, String type, String subtype, boolean named) {
        float weight = 0;
        int best = -1;
        for (MIMEHeader range : accepted) {
            boolean anyType = range.component().equals("*");
            boolean anySubtype = range.subComponent().equals("*");
            int precision = (anyType ? 0 : 1) + (anySubtype ? 0 : 1);
            boolean covers = (anyType || range.component().equalsIgnoreCase(type))
                    && (anySubtype || range.subComponent().equalsIgnoreCase(subtype));
            if (covers && precision > best && (!named || precision == 2)) {
                best = precision;
                weight = range.weight();
            }
        }
        return weight;
    }
}

package dev.weir.edge.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x's request decoder with {@link RequestRules}, a limit on the time that a head takes, and a limit on what still comes of a body whose
 * request was already answered. Only here are folded lines (RFC 9112 section 5.2) still to be seen: afterwards Netty has joined them.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    /** A body that was not wanted is read this far, so that the client gets its answer and can go on; then the connection ends. */
    static final int MAX_LEFTOVER = 4 * 1024 * 1024;

    private static final Duration LEFTOVER_TIME = Duration.ofSeconds(1);

    private final Duration headerTimeout;
    private boolean inHead = true;
    private boolean requestLineRead;
    private boolean unknownVersion;
    private boolean folded;
    private boolean leftover;
    private long leftoverBytes;
    private int answersOwed;
    private ScheduledFuture<?> deadline;

    RequestDecoder(HttpServerOptions options, Duration headerTimeout) {
        super(options);
        this.headerTimeout = headerTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        endAfter(ctx, headerTimeout);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        inTime();
        super.handlerRemoved0(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        inTime();
        super.channelInactive(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        if (leftover && msg instanceof ByteBuf bytes) {
            leftoverBytes += bytes.readableBytes();
            if (leftoverBytes > MAX_LEFTOVER) {
                bytes.release();
                var _ = ctx.close();
                return;
            }
        }
        super.channelRead(ctx, msg);
    }

    /** The last byte of an answer was handed over. */
    void answered(ChannelHandlerContext ctx) {
        answersOwed--;
        if (answersOwed == 0 && !inHead) {
            leftover = true;
            leftoverBytes = 0;
            endAfter(ctx, LEFTOVER_TIME);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (inHead && !folded) {
            folded = hasFold(buffer);
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            seen(out.get(i));
        }
        if (inHead && deadline == null && (requestLineRead || buffer.isReadable())) {
            endAfter(ctx, headerTimeout);
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        requestLineRead = true;
        String version = initialLine[2];
        unknownVersion = version.startsWith("HTTP/") && !version.equals("HTTP/1.1") && !version.equals("HTTP/1.0");
        if (unknownVersion) {
            // An answer carries the version of its request: it must be one that we speak.
            initialLine[2] = "HTTP/1.1";
        }
        return super.createMessage(initialLine);
    }

    /** Netty asks this once a head is complete and before it decides how the body is framed; what is thrown makes the request invalid. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        if (folded) {
            throw new Refusal(HttpResponseStatus.BAD_REQUEST, "a header is one line");
        }
        if (unknownVersion) {
            throw new Refusal(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "this version of HTTP is not spoken here");
        }
        if (message instanceof HttpRequest request) {
            RequestRules.check(request);
        }
        return super.isContentAlwaysEmpty(message);
    }

    private void seen(Object message) {
        if (message instanceof HttpRequest) {
            inHead = false;
            answersOwed++;
            inTime();
        }
        if (message instanceof LastHttpContent) {
            inHead = true;
            requestLineRead = false;
            folded = false;
            if (leftover) {
                leftover = false;
                inTime();
            }
        }
    }

    /** Whether a header line in {@code buffer} starts with white space. The decoder takes whole lines, so the buffer starts with one. */
    private boolean hasFold(ByteBuf buffer) {
        boolean inHeaders = requestLineRead;
        int line = buffer.readerIndex();
        while (line < buffer.writerIndex()) {
            byte first = buffer.getByte(line);
            if (inHeaders && (first == HttpConstants.SP || first == HttpConstants.HT)) {
                return true;
            }
            int end = buffer.indexOf(line, buffer.writerIndex(), HttpConstants.LF);
            boolean blank = end == line || (end == line + 1 && first == HttpConstants.CR);
            if (end < 0 || (blank && inHeaders)) {
                return false;
            }
            inHeaders |= !blank;
            line = end + 1;
        }
        return false;
    }

    private void endAfter(ChannelHandlerContext ctx, Duration time) {
        inTime();
        Runnable end = () -> {
            var _ = ctx.close();
        };
        deadline = ctx.executor().schedule(end, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void inTime() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

package dev.weir.edge.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Set;

/**
 * Ends an exchange for Vert.x with the head of its answer, and takes the connection from it. A stream may be silent for hours, and what
 * Vert.x keeps of a connection and a request (queues, parsers, header maps, the routing context) is ten times what the stream itself needs.
 * For Vert.x the request is answered and the connection closed: that is what its metrics and the log of requests say. Confined to the
 * channel's loop. While it is in the pipeline it lets the head through and holds back what would follow it.
 */
final class Takeover extends ChannelOutboundHandlerAdapter {
    private boolean headWritten;

    private Takeover() {}

    /**
     * Writes the head of {@code request}'s answer, as the response has it, and then puts {@code successor} in the place of every other handler
     * of the channel, in a later task of its loop. Nothing is promised if the channel closes meanwhile: the successor is then added to a
     * closed channel, or never. Call when the channel is writable, with the response not begun.
     */
    static void of(HttpServerRequest request, ChannelHandlerContext vertx, Outlet successor) {
        // RFC 9112 section 9.6: what the client has sent behind this request is not answered, as its answer is the connection's last.
        ((HttpServerConnection) request.connection()).handler(_ -> {});
        Takeover takeover = new Takeover();
        vertx.pipeline().addBefore(vertx.name(), "takeover", takeover);
        request.response().end();
        if (!takeover.headWritten) {
            throw new IllegalStateException("Vert.x keeps the head back on a channel that is writable");
        }
        EventLoop loop = vertx.channel().eventLoop();
        // Later, for then nothing of Vert.x is under way that would still close the channel or write to it.
        loop.execute(() -> {
            if (vertx.channel().isActive()) {
                hand(vertx, successor, Set.of());
            }
        });
    }

    /**
     * Puts {@code successor} in the place of {@code vertx} and of every other handler but those named, and opens it. For Vert.x the connection
     * is closed, so nothing of its own may be under way any more.
     */
    static void hand(ChannelHandlerContext vertx, Outlet successor, Set<String> keep) {
        vertx.flush(); // what Vert.x would flush when it has read all that came
        try {
            ((ChannelInboundHandler) vertx.handler()).channelInactive(vertx);
        } catch (Exception failure) {
            throw new IllegalStateException("Vert.x does not let go of a connection", failure);
        }
        ChannelPipeline pipeline = vertx.pipeline();
        pipeline.addLast("stream", successor);
        // From the end: a decoder hands on what it has not read yet, and who comes after it should be the successor.
        for (String name : pipeline.names().reversed()) {
            ChannelHandlerContext handler = pipeline.context(name);
            if (handler != null && handler.handler() != successor && !keep.contains(name)) {
                pipeline.remove(handler.handler());
            }
        }
        successor.open();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (headWritten) {
            promise.trySuccess();
        } else if (msg instanceof HttpResponse response) {
            headWritten = true;
            if (!HttpUtil.isTransferEncodingChunked(response)) {
                // Vert.x took it for the whole answer.
                response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            }
            var _ = ctx.write(
                    new DefaultHttpResponse(response.protocolVersion(), response.status(), response.headers()),
                    promise);
        }
        ReferenceCountUtil.release(msg);
    }

    /** An answer without keep-alive would be the end of the connection. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (headWritten) {
            promise.trySuccess();
        } else {
            var _ = ctx.close(promise);
        }
    }
}

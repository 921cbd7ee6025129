package dev.weir.edge.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The way out to one client, on its channel's event loop. Stream bytes are written to the channel itself: going through the response or the
 * WebSocket of Vert.x costs a promise and several objects per client and event, and would need a copy of the bytes for text frames. Vert.x
 * keeps the request, the head, the end and the close; those come after the stream's bytes because these are never queued.
 */
final class Outlet extends ChannelInboundHandlerAdapter {
    private static final String NAME = "outlet";

    private final ChannelHandlerContext vertx;
    private final Owner owner;

    private Outlet(ChannelHandlerContext vertx, Owner owner) {
        this.vertx = vertx;
        this.owner = owner;
    }

    /** Who writes. */
    interface Owner {
        /** There is room again after {@link #isWritable} was false. */
        void writable();

        /** The connection is gone. */
        void closed();
    }

    /** Puts an outlet in front of {@code vertx}, the handler that Vert.x ends the pipeline with. */
    static Outlet open(ChannelHandlerContext vertx, Owner owner) {
        Outlet outlet = new Outlet(vertx, owner);
        vertx.pipeline().addBefore(vertx.name(), NAME, outlet);
        return outlet;
    }

    boolean isWritable() {
        return vertx.channel().isWritable();
    }

    /** Writes {@code shared} from its start and flushes; the buffer stays as it is. */
    void write(ByteBuf shared) {
        var _ = vertx.writeAndFlush(shared.duplicate(), vertx.voidPromise());
    }

    /** Ends the connection without a word; what was not sent yet is lost. */
    void kill() {
        var _ = vertx.close();
    }

    /** The stream is over and the connection goes on to something else. */
    void remove() {
        if (vertx.pipeline().context(this) != null) {
            vertx.pipeline().remove(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (ctx.channel().isWritable()) {
            owner.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        owner.closed();
    }
}

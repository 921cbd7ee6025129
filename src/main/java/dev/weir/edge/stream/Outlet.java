package dev.weir.edge.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * The way out to one client, on its channel's event loop. Stream bytes are written to the channel itself: going through the response or the
 * WebSocket of Vert.x costs a promise and several objects per client and event, and would need a copy of the bytes for text frames.
 */
final class Outlet extends ChannelInboundHandlerAdapter {
    /** A client of an event stream has nothing more to say; if it does all the same, it is cut off after so many reads. */
    private static final int MOST_READS = 64;

    private final Owner owner;
    private final boolean last;
    private ChannelHandlerContext ctx;
    private int reads;
    private long unsent;
    private long movedAt = System.nanoTime();

    private Outlet(Owner owner, boolean last) {
        this.owner = owner;
        this.last = last;
    }

    /** Who writes. */
    interface Owner {
        /** The channel is the owner's. */
        default void opened() {}

        /** There is room again after {@link #isWritable} was false. */
        void writable();

        /** The connection is gone. */
        void closed();
    }

    /** In front of {@code vertx}, the handler that Vert.x ends the pipeline with: it keeps the connection, and what comes in. */
    static Outlet beside(ChannelHandlerContext vertx, Owner owner) {
        Outlet outlet = new Outlet(owner, false);
        vertx.pipeline().addBefore(vertx.name(), "outlet", outlet);
        return outlet;
    }

    /** To be the last handler of its channel; usable from {@link Owner#opened} on. */
    static Outlet alone(Owner owner) {
        return new Outlet(owner, true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    /** The pipeline is what it will be. */
    void open() {
        // The kernel would hold megabytes for a client that does not read; the log has them anyway. Other transports ignore it.
        ctx.channel().config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) RunStreams.WRITE_QUEUE);
        owner.opened();
    }

    boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** Writes {@code shared} from its start and flushes; the buffer stays as it is. */
    void write(ByteBuf shared) {
        var _ = ctx.writeAndFlush(shared.retainedDuplicate(), ctx.voidPromise());
    }

    /** Writes {@code message}, bytes or what an encoder of the channel takes; the future is completed on the loop. */
    ChannelFuture send(Object message) {
        return ctx.writeAndFlush(message);
    }

    /** Writes the last message and ends the connection when it is out. */
    void end(Object message) {
        var _ = send(message).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the connection without a word; what was not sent yet is lost. */
    void kill() {
        var _ = ctx.close();
    }

    /**
     * Whether bytes wait to be sent, and since {@code bound} none was; to be asked regularly.
     *
     * @param now of {@link System#nanoTime}
     */
    boolean isStuck(long now, Duration bound) {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        long left = buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
        if (left == 0 || left != unsent) {
            unsent = left;
            movedAt = now;
        }
        return now - movedAt >= bound.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        if (!last) {
            context.fireChannelRead(msg);
            return;
        }
        ReferenceCountUtil.release(msg);
        if (++reads > MOST_READS) {
            kill();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
        if (context.channel().isWritable()) {
            owner.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        owner.closed();
    }

    @Override
    @SuppressWarnings("deprecation") // the adapter's own method; deprecated only for outbound handlers
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (last) {
            // A reset, as a rule: the client is gone, and its subscription goes with the channel.
            kill();
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}

package dev.weir.edge.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Takes what a client sends on a WebSocket before Vert.x does. As it comes (5.0.12) Vert.x closes the TCP connection without a close frame
 * on a protocol error, accepts text that is not UTF-8, leaves the socket open when a message is too large, and queues a pong for every ping
 * of a client that reads none.
 */
final class SocketInbound extends ChannelInboundHandlerAdapter {
    /** What the reader of a run may say. */
    static final Form COMMANDS = new Form(true, 4 * 1024, 0);

    static final String UTF8 = "utf8";
    static final String NAME = "inbound";

    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED = 1003;
    private static final int TOO_LARGE = 1009;

    private final Owner owner;
    private final Form form;
    private ByteArrayOutputStream message = new ByteArrayOutputStream(0);
    private boolean skipping;
    private int skipped;
    private boolean refused;

    private SocketInbound(Owner owner, Form form) {
        this.owner = owner;
        this.form = form;
    }

    /**
     * What messages are taken.
     *
     * @param text whether they are text, or else binary
     * @param maxMessage bytes of one
     * @param skips how many of the other sort are passed over; one more is refused
     */
    record Form(boolean text, int maxMessage, int skips) {}

    /** Who the messages are for. */
    interface Owner {
        /** A whole message. */
        void message(byte[] message);

        /** The client answered a ping. */
        void pong();

        /** The client asks whether anybody is there; whether that was answered. If not, it is left to Vert.x. */
        default boolean ping(byte[] question) {
            return false;
        }

        /** The client closes; whether that was answered. If not, it is left to Vert.x. */
        default boolean closing(int code) {
            return false;
        }

        /** Close with this code; called once, and nothing but {@link #pong} follows. */
        void refuse(int code, String reason);
    }

    static void install(ChannelHandlerContext vertx, Owner owner, Form form) {
        vertx.pipeline()
                .addBefore(vertx.name(), UTF8, new Utf8FrameValidator(false))
                .addBefore(vertx.name(), NAME, new SocketInbound(owner, form));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case TextWebSocketFrame text -> begin(text, form.text());
            case BinaryWebSocketFrame binary -> begin(binary, !form.text());
            case ContinuationWebSocketFrame more -> collect(more);
            case PingWebSocketFrame ping when !ctx.channel().isWritable() -> ping.release();
            case PongWebSocketFrame pong -> {
                pong.release();
                owner.pong();
            }
            case PingWebSocketFrame ping when owner.ping(ByteBufUtil.getBytes(ping.content())) -> ping.release();
            case CloseWebSocketFrame close when owner.closing(close.statusCode()) -> close.release();
            default -> ctx.fireChannelRead(msg);
        }
    }

    private void begin(WebSocketFrame frame, boolean wanted) {
        skipping = !wanted;
        if (skipping && skipped++ == form.skips()) {
            refuse(UNSUPPORTED, (form.text() ? "text" : "binary") + " messages only");
        }
        collect(frame);
    }

    private void collect(WebSocketFrame frame) {
        try {
            ByteBuf content = frame.content();
            int length = content.readableBytes();
            if (refused || skipping) {
                return;
            }
            if (message.size() + length > form.maxMessage()) {
                refuse(TOO_LARGE, "messages of at most " + form.maxMessage() + " bytes");
                return;
            }
            if (message.size() == 0) {
                message = new ByteArrayOutputStream(length);
            }
            content.readBytes(message, length);
            if (frame.isFinalFragment()) {
                byte[] whole = message.toByteArray();
                message = new ByteArrayOutputStream(0);
                owner.message(whole);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory takes every byte", impossible);
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void refuse(int code, String reason) {
        if (!refused) {
            refused = true;
            message = new ByteArrayOutputStream(0);
            owner.refuse(code, reason);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the adapter's own method; deprecated only for outbound handlers
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof CorruptedWebSocketFrameException corrupt) {
            refuse(corrupt.closeStatus().code(), corrupt.getMessage());
        } else if (root instanceof CodecException) {
            refuse(PROTOCOL_ERROR, "protocol error");
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}

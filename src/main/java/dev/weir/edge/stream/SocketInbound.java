package dev.weir.edge.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes what a client sends on a WebSocket before Vert.x does. As it comes (5.0.12) Vert.x closes the TCP connection without a close frame
 * on a protocol error, accepts text that is not UTF-8, leaves the socket open when a message is too large, and queues a pong for every ping
 * of a client that reads none.
 */
final class SocketInbound extends ChannelInboundHandlerAdapter {
    static final int MAX_MESSAGE = 4 * 1024;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED = 1003;
    private static final int TOO_LARGE = 1009;

    private final Owner owner;
    private byte[] message = new byte[0];
    private boolean refused;

    private SocketInbound(Owner owner) {
        this.owner = owner;
    }

    /** Who the messages are for. */
    interface Owner {
        /** A whole text message. */
        void message(String text);

        /** The client answered a ping. */
        void pong();

        /** Close with this code; called once, and nothing but {@link #pong} follows. */
        void refuse(int code, String reason);
    }

    static void install(ChannelHandlerContext vertx, Owner owner) {
        vertx.pipeline()
                .addBefore(vertx.name(), "utf8", new Utf8FrameValidator(false))
                .addBefore(vertx.name(), "inbound", new SocketInbound(owner));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case TextWebSocketFrame text -> collect(text);
            case ContinuationWebSocketFrame more -> collect(more);
            case BinaryWebSocketFrame binary -> {
                binary.release();
                refuse(UNSUPPORTED, "text messages only");
            }
            case PingWebSocketFrame ping when !ctx.channel().isWritable() -> ping.release();
            case PongWebSocketFrame pong -> {
                pong.release();
                owner.pong();
            }
            default -> ctx.fireChannelRead(msg);
        }
    }

    private void collect(WebSocketFrame frame) {
        try {
            ByteBuf content = frame.content();
            int length = content.readableBytes();
            if (refused) {
                return;
            }
            if (message.length + length > MAX_MESSAGE) {
                refuse(TOO_LARGE, "messages of at most " + MAX_MESSAGE + " bytes");
                return;
            }
            byte[] joined = Arrays.copyOf(message, message.length + length);
            content.readBytes(joined, message.length, length);
            message = joined;
            if (frame.isFinalFragment()) {
                message = new byte[0];
                owner.message(new String(joined, StandardCharsets.UTF_8));
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void refuse(int code, String reason) {
        if (!refused) {
            refused = true;
            message = new byte[0];
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

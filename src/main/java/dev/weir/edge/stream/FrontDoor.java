package dev.weir.edge.stream;

import dev.weir.config.ServerConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a connection meets before any route does: limits that a bare Vert.x server does not have, and refusals of requests on which two
 * readers could disagree. Everything refused here is answered with a problem document and ends the connection.
 */
public final class FrontDoor {
    /** Longest request line, in bytes: a presigned query with a session token fits. */
    private static final int MAX_REQUEST_LINE = 8 * 1024;

    private static final int MAX_CHUNK = 16 * 1024;
    private static final int MAX_WEBSOCKET_FRAME = 64 * 1024;
    private static final int MAX_WEBSOCKET_MESSAGE = 256 * 1024;
    private static final int CLOSE_HANDSHAKE_SECONDS = 2;
    private static final int BACKLOG = 4096;

    private FrontDoor() {}

    /** Options for a server that is then given to {@link #guard}. Subprotocols of other WebSocket routes may be added. */
    public static HttpServerOptions options(ServerConfig config) {
        HttpServerOptions options = new HttpServerOptions().setHost(config.host())
                .setPort(config.port())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(config.idle().toMillis()))
                .setTcpNoDelay(true)
                .setAcceptBacklog(BACKLOG)
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(config.maxHeaderBytes())
                .setMaxChunkSize(MAX_CHUNK)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false);
        // Inflating has no limit in Vert.x: a 61 kB message became 60 MB before its size was looked at.
        return options.setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(MAX_WEBSOCKET_FRAME)
                .setMaxWebSocketMessageSize(MAX_WEBSOCKET_MESSAGE)
                .setWebSocketClosingTimeout(CLOSE_HANDSHAKE_SECONDS)
                .setWebSocketSubProtocols(List.of(RunStreams.SUBPROTOCOL));
    }

    /** Guards {@code server}, the only one of its listener, before it listens. */
    public static void guard(HttpServer server, ServerConfig config) {
        guard(server, config, new ConnectionCaps(config));
    }

    /**
     * Guards {@code server} before it listens: takes its connection handler and its handler of invalid requests.
     *
     * @param caps shared by all servers of one listener
     */
    public static void guard(HttpServer server, ServerConfig config, ConnectionCaps caps) {
        HttpServerOptions options = options(config);
        server.invalidRequestHandler(FrontDoor::refuse);
        server.connectionHandler(connection -> admit(connection, options, config, caps));
    }

    /** Runs on the connection's event loop before its first byte is read. */
    private static void admit(
            HttpConnection connection,
            HttpServerOptions options,
            ServerConfig config,
            ConnectionCaps caps) {
        ChannelHandlerContext vertx = ((ConnectionBase) connection).channelHandlerContext();
        Channel channel = vertx.channel();
        InetAddress address = channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
        if (address == null || !caps.admit(address)) {
            var _ = vertx.close();
            return;
        }
        // The channel's own future: the close handler of a connection is not called for one that became a WebSocket.
        var _ = channel.closeFuture().addListener(_ -> caps.release(address));
        RequestDecoder decoder = new RequestDecoder(options, config.headerTimeout());
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace("httpDecoder", "httpDecoder", decoder);
        pipeline.addAfter("httpEncoder", "answers", new Answers(decoder));
    }

    private static void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        HttpResponseStatus status = switch (cause) {
            case Refusal refusal -> refusal.status();
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
        // Only our own texts: the decoder's would echo what the client sent.
        String detail = cause instanceof Refusal refusal ? refusal.getMessage() : "the request is not well-formed HTTP";
        JsonObject problem = new JsonObject().put("type", "about:blank")
                .put("title", status.reasonPhrase())
                .put("status", status.code())
                .put("detail", detail);
        if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            request.response().putHeader("Allow", "GET, POST, PUT, PATCH, DELETE");
        }
        request.response()
                .setStatusCode(status.code())
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Connection", "close")
                .end(problem.toBuffer());
        request.connection().close();
    }
}

package dev.weir.platform.agentcore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Adds {@code arguments.runtime}, which the service takes and the SDK's model does not have yet (absent in 2.40.3), to a body before it is
 * signed. A body of this call is {@code {...,"arguments":{"code":...}}}: the argument goes in front of the last two braces.
 */
final class RuntimeArgument implements ExecutionInterceptor {
    static final ExecutionAttribute<String> RUNTIME = new ExecutionAttribute<>("WeirInterpreterRuntime");

    private static final String LENGTH = "Content-Length";

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        return changed(context, attributes)
                .map(body -> context.httpRequest().copy(request -> request.putHeader(LENGTH,
                        Integer.toString(body.length))))
                .orElseGet(context::httpRequest);
    }

    @Override
    public Optional<RequestBody> modifyHttpContent(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        return changed(context, attributes).map(RequestBody::fromBytes).or(context::requestBody);
    }

    private static Optional<byte[]> changed(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        String runtime = attributes.getAttribute(RUNTIME);
        return runtime == null ? Optional.empty() : context.requestBody().map(body -> with(bytes(body), runtime));
    }

    static byte[] with(byte[] body, String runtime) {
        int at = body.length - 2;
        if (at < 0 || body[at] != '}' || body[at + 1] != '}') {
            throw new IllegalStateException("the body of a tool call does not end as it should");
        }
        byte[] more = (",\"runtime\":\"" + runtime + "\"").getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[body.length + more.length];
        System.arraycopy(body, 0, all, 0, at);
        System.arraycopy(more, 0, all, at, more.length);
        all[all.length - 2] = '}';
        all[all.length - 1] = '}';
        return all;
    }

    private static byte[] bytes(RequestBody body) {
        try (InputStream content = body.contentStreamProvider().newStream()) {
            return content.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

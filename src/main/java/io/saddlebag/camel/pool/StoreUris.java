package io.saddlebag.camel.pool;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints that stand for a pool's files. {@code {family}} and {@code {file}} in them become the two parts of a file's path,
 * which hold nothing that means anything in a URI.
 *
 * @param put gets a file as the body of a message
 * @param poll yields a file as the body of a message when it is polled; null where {@code request} does
 * @param request yields a file as the body of the reply to a message; null where {@code poll} does
 * @param delete deletes a file when it gets a message, and does nothing when it isn't there; null when nothing deletes
 * @param look answers without failure when the file is there, so that nobody has to read it for that; null when nothing does
 */
public record StoreUris(
        String put,
        @Nullable String poll,
        @Nullable String request,
        @Nullable String delete,
        @Nullable String look) {
    private static final String FAMILY = "{family}";
    private static final String FILE = "{file}";

    public StoreUris {
        if ((poll == null) == (request == null)) {
            throw new IllegalArgumentException(
                    "a pool at an endpoint has either 'poll' or 'request', to read files back");
        }
        for (String uri : new String[] {put, poll == null ? request : poll, delete, look}) {
            if (uri != null && !uri.contains(FILE)) {
                throw new IllegalArgumentException("'" + uri + "' has no " + FILE + ", so all files would be one");
            }
        }
    }

    static String of(String template, String path) {
        int slash = path.indexOf('/');
        return template.replace(FAMILY, path.substring(0, slash)).replace(FILE, path.substring(slash + 1));
    }

    Optional<String> looking(String path) {
        return Optional.ofNullable(look).map(uri -> of(uri, path));
    }

    Optional<String> deleting(String path) {
        return Optional.ofNullable(delete).map(uri -> of(uri, path));
    }
}

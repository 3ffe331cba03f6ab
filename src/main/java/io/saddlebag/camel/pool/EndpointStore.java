package io.saddlebag.camel.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolStore;
import io.saddlebag.protection.FileRights;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Files of a pool at any endpoint: a network folder, an object store (M24). That a file appears whole or not at all is the
 * endpoint's doing; here each is read back and compared before its image becomes a backup. What is there can't be listed; with
 * an endpoint that deletes, expired images go by what the catalog knows (C13).
 */
public final class EndpointStore implements PoolStore {
    /** How long a poll waits for a file that should be there. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CamelContext context;
    private final StoreUris uris;
    private final HostFiles files;
    private final @Nullable Path spool;
    private @Nullable ProducerTemplate producers;
    private @Nullable ConsumerTemplate consumers;

    /**
     * @param context started; not owned
     * @param spool an existing folder in which each file is kept while it is sent, for endpoints that have to know its length;
     *     null to stream
     */
    public EndpointStore(CamelContext context, StoreUris uris, HostFiles files, @Nullable Path spool) {
        this.context = context;
        this.uris = uris;
        this.files = files;
        this.spool = spool;
    }

    @Override
    public String place() {
        return uris.put();
    }

    /** Nothing can be told before a file is sent or asked for. */
    @Override
    public void requireReady(Expected expected) {}

    /** What a dead process sent is whole or isn't there, and becomes no backup. */
    @Override
    public void removeLeftovers() {}

    /** What a store's files are allowed is the store's own business: saying it here would promise what nobody keeps. */
    @Override
    public void requireRights(FileRights rights) throws BackupException {
        if (rights.isSaid()) {
            throw new BackupException(
                    PoolFault.UNSUPPORTED,
                    "files at " + shown(uris.put()) + " can't be given an owner and a protection from here",
                    "Leave them out, and let the store's own rules say who may do what.");
        }
    }

    @Override
    public Batch begin(FileRights rights) throws BackupException {
        requireRights(rights);
        return new EndpointBatch(this, files, spool);
    }

    /** Its length shows when it is read. */
    @Override
    public void requireThere(String path, long bytes) {}

    @Override
    public InputStream open(String path, long bytes) throws IOException {
        return open(path);
    }

    @Override
    public boolean canSeek() {
        return false;
    }

    @Override
    public InputStream open(String path, long bytes, long from) throws BackupException {
        throw unsupported("read from the middle");
    }

    @Override
    public InputStream open(String path) throws IOException {
        String poll = uris.poll();
        return poll == null ? request(path) : poll(StoreUris.of(poll, path), path);
    }

    private InputStream request(String path) throws IOException {
        String uri = StoreUris.of(String.valueOf(uris.request()), path);
        Exchange reply = producers().send(uri, exchange -> {});
        if (reply.getException() != null) {
            throw failure(PoolFault.MISSING, "file " + path + " was not had from " + shown(uri), reply.getException());
        }
        return body(reply, path, uri);
    }

    private InputStream poll(String uri, String path) throws IOException {
        ConsumerTemplate template = consumers();
        Exchange received = template.receive(uri, PATIENCE.toMillis());
        if (received == null) {
            throw failure(PoolFault.MISSING, "file " + path + " did not come from " + shown(uri), null);
        }
        boolean done = false;
        try {
            InputStream body = body(received, path, uri);
            done = true;
            return new FilterInputStream(body) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return in.read(into, offset, length);
                }

                @Override
                public void close() throws IOException {
                    try {
                        super.close();
                    } finally {
                        template.doneUoW(received);
                    }
                }
            };
        } finally {
            if (!done) {
                template.doneUoW(received);
            }
        }
    }

    private static InputStream body(Exchange exchange, String path, String uri) throws BackupException {
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        if (body == null) {
            throw failure(PoolFault.MISSING, "file " + path + " came without content from " + shown(uri), null);
        }
        return body;
    }

    @Override
    public boolean canList() {
        return false;
    }

    @Override
    public List<String> list() throws BackupException {
        throw unsupported("listed");
    }

    @Override
    public List<String> listQuarantine() throws BackupException {
        throw unsupported("listed");
    }

    @Override
    public boolean has(String path, long bytes) throws IOException {
        Optional<String> look = uris.looking(path);
        if (look.isPresent()) {
            return producers().send(look.get(), exchange -> {}).getException() == null;
        }
        try (InputStream in = open(path)) {
            return in.transferTo(OutputStream.nullOutputStream()) == bytes;
        } catch (BackupException e) {
            if (e.is(PoolFault.MISSING)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean canRemove() {
        return deletes();
    }

    /** Nothing moves: the file stays in its place, and the catalog alone knows that its time is over. */
    @Override
    public void quarantine(String path) {}

    @Override
    public void reinstate(String path) throws IOException {
        open(path).close();
    }

    @Override
    public void remove(String path) throws IOException {
        discard(List.of(path));
    }

    @Override
    public void discard(List<String> paths) throws IOException {
        for (String path : paths) {
            String uri = uris.deleting(path).orElseThrow(() -> unsupported("discarded"));
            Exchange sent = producers().send(uri, exchange -> {});
            if (sent.getException() != null) {
                throw failure(PoolFault.NOT_AS_SENT, path + " was not deleted at " + shown(uri), sent.getException());
            }
        }
    }

    boolean deletes() {
        return uris.delete() != null;
    }

    /** @param content a stream, or a file */
    void send(String path, Object content) throws IOException {
        String uri = StoreUris.of(uris.put(), path);
        Exchange sent = producers().send(uri, exchange -> exchange.getMessage().setBody(content));
        Exception failed = sent.getException();
        if (failed != null) {
            for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
                if (cause instanceof BackupException known) {
                    throw known;
                }
            }
            throw failure(PoolFault.NOT_AS_SENT, "file " + path + " was not taken by " + shown(uri), failed);
        }
    }

    private synchronized ProducerTemplate producers() {
        ProducerTemplate there = producers;
        if (there == null) {
            there = context.createProducerTemplate();
            producers = there;
        }
        return there;
    }

    private synchronized ConsumerTemplate consumers() {
        ConsumerTemplate there = consumers;
        if (there == null) {
            there = context.createConsumerTemplate();
            consumers = there;
        }
        return there;
    }

    private BackupException unsupported(String what) {
        return new BackupException(
                PoolFault.UNSUPPORTED,
                "files at " + shown(uris.put()) + " can't be " + what + " from here",
                "Let the store's own rules do it.");
    }

    private static BackupException failure(PoolFault fault, String what, @Nullable Exception cause) {
        return new BackupException(
                fault,
                what + (cause == null ? "" : ": " + cause.getMessage()),
                "Look at the store and its endpoint in the configuration, and repeat.",
                cause);
    }

    /** Options may hold keys. */
    private static String shown(String uri) {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }
}

package io.saddlebag.camel.piece;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.image.Compression;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.PieceName;
import io.saddlebag.librarian.PieceOrder;
import io.saddlebag.librarian.PieceTrace;
import io.saddlebag.node.Node;
import io.saddlebag.protection.FileRights;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Stores the body as a piece, or fetches, lists or removes pieces.
 *
 * put reads the body as a stream to its end; when the step is through, the piece is durable and in the catalog. With get the body becomes a stream of
 * the piece, all of which has been proven by then. A name that exists is refused until it is removed.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "piece",
        title = "Saddlebag Piece",
        syntax = "piece:name",
        category = {Category.FILE, Category.DATABASE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class PieceEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The piece's name; with ls anything.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            enums = "put,get,ls,rm",
            defaultValue = "put",
            description =
                    "put: the body is stored. get: the body becomes a stream of the piece. ls: the body becomes the list of all"
                            + " pieces. rm: the piece is removed.")
    private PieceOperation operation = PieceOperation.PUT;

    @UriParam(description = "With put: the disk pool that gets the piece; this or library.")
    private @Nullable String pool;

    @UriParam(description = "With put: the library whose volumes are written; this or pool.")
    private @Nullable String library;

    @UriParam(description = "With put: media family, which says when the piece expires.")
    private @Nullable String family;

    @UriParam(defaultValue = "zstd=3", description = "With put: compression: " + Compression.FORMS + ".")
    private String compression = Compression.ZSTD.toString();

    @UriParam(
            description =
                    "With put: names of keys in config/keys, separated by commas; each of them opens the piece. Without it the piece"
                            + " is not encrypted.")
    private String encrypt = "";

    @UriParam(
            description =
                    "With put: when there is a piece of that name, it is compared with the body, and the same content is taken for stored.")
    private boolean acceptSame;

    @UriParam(description = "A file that gets, at its end, what the librarian is asked and what comes of it.")
    private @Nullable String trace;

    @UriParam(
            enums = "0,1,2",
            defaultValue = "0",
            description =
                    "With trace: 0 for errors, 1 for entry and exit too, 2 for all parameters and the first 32 bytes of each buffer too.")
    private String traceLevel = "0";

    @UriParam(description = "Who asks; the jobs are then named user/number.")
    private @Nullable String user;

    public PieceEndpoint(String uri, PieceComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (operation) {
            case PUT -> new PutProducer(this);
            case GET -> new GetProducer(this);
            case LS -> new ListProducer(this);
            case RM -> new RemoveProducer(this);
        };
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        try {
            pieceName();
            Compression.parse(compression);
            if (PieceTrace.Level.parse(traceLevel) != PieceTrace.Level.ERRORS && trace == null) {
                throw new IllegalArgumentException("option 'traceLevel' belongs to 'trace', which is not given");
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
        if (operation == PieceOperation.PUT && (pool == null) == (library == null)) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": put needs option pool or option library, and not both");
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null && operation == PieceOperation.PUT) {
            if (pool != null) {
                requireKnown("pool", pool, there.pools());
            }
            if (library != null) {
                requireKnown("library", library, there.libraries());
            }
            requireKeys(encrypt);
        }
    }

    PieceName pieceName() {
        return new PieceName(Objects.requireNonNull(name));
    }

    /** What is asked of the librarian. */
    interface Asking<T> {
        T of(Librarian librarian) throws IOException, InterruptedException;
    }

    <T> T ask(Asking<T> asking) throws IOException, InterruptedException {
        String file = trace;
        if (file == null) {
            return asking.of(node().librarian());
        }
        try (PieceTrace opened = node().pieceTrace(Path.of(file), PieceTrace.Level.parse(traceLevel))) {
            return asking.of(node().librarian().tracing(opened));
        }
    }

    PieceOrder order() throws IOException, InterruptedException {
        return new PieceOrder(
                pieceName(),
                target(),
                Compression.parse(compression),
                node().keys().encryption(encrypt),
                OptionalLong.empty(),
                acceptSame ? PieceOrder.Existing.ACCEPTED_IF_SAME : PieceOrder.Existing.REFUSED,
                user);
    }

    private ImageTarget target() throws IOException, InterruptedException {
        String disk = pool;
        return disk == null
                ? node().target(Objects.requireNonNull(library), family, TapeOptions.DEFAULT)
                : node().poolTarget(disk, family, FileRights.NONE);
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public PieceOperation getOperation() {
        return operation;
    }

    public void setOperation(PieceOperation operation) {
        this.operation = operation;
    }

    public @Nullable String getPool() {
        return pool;
    }

    public void setPool(@Nullable String pool) {
        this.pool = pool;
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(@Nullable String library) {
        this.library = library;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }

    public String getEncrypt() {
        return encrypt;
    }

    public void setEncrypt(String encrypt) {
        this.encrypt = encrypt;
    }

    public boolean isAcceptSame() {
        return acceptSame;
    }

    public void setAcceptSame(boolean acceptSame) {
        this.acceptSame = acceptSame;
    }

    public @Nullable String getTrace() {
        return trace;
    }

    public void setTrace(@Nullable String trace) {
        this.trace = trace;
    }

    public String getTraceLevel() {
        return traceLevel;
    }

    public void setTraceLevel(String traceLevel) {
        this.traceLevel = traceLevel;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }
}

package io.saddlebag.camel.journal;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.camel.node.TapeWritingEndpoint;
import io.saddlebag.image.Encryption;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalSchedule;
import io.saddlebag.journal.OptionTexts;
import io.saddlebag.journal.stream.JournalStream;
import io.saddlebag.journal.stream.JournalStreams;
import io.saddlebag.journal.stream.StreamedBackup;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.journal.watch.StallAlarm;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.Durations;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backs up the journals of a database: those that are ready are written to one backup file, and each is released once that is
 * durable and in the catalog.
 *
 * In from it goes on for as long as the route runs, with one exchange for each backup file; in to it makes one pass. The body
 * becomes the result.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "journal",
        title = "Saddlebag Journal",
        syntax = "journal:name",
        category = {Category.DATABASE, Category.FILE},
        headersClass = SaddlebagHeaders.class)
public class JournalEndpoint extends TapeWritingEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(JournalEndpoint.class);

    /** Who needs a clock only for refusing what can't be. */
    private static final Clock ANY_TIME = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    /** Between two looks whether the receiver is well. */
    private static final Duration STREAM_LOOK = Duration.ofMillis(500);

    private static final String DEFAULT_INTERVAL = "60";

    @UriPath(description = "The name of the journals in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(description = "The disk pool that gets the backup files; either this or library.")
    private @Nullable String pool;

    @UriParam(
            description = "The library on whose volumes the backup files are written. Continuous backup to tape isn't "
                    + "recommended.")
    private @Nullable String library;

    @UriParam(
            description =
                    "Media family, which says when backup files expire; for a library, which volumes are written.")
    private @Nullable String family;

    @UriParam(
            description =
                    "For to: true for more than one pass, or their number. A route that begins with this endpoint is "
                            + "continuous anyway: there it is the number of passes after which no more are made.")
    private @Nullable String continuous;

    @UriParam(
            description =
                    "No pass begins then or later: 16:15, 2026-07-01T16:15:00, 2026-07-01T14:15:00Z, or 01-JUL-2026 "
                            + "16:15:00.00.")
    private @Nullable String until;

    @UriParam(
            description =
                    "Wait so long between two looks: seconds, or with a unit, such as 5m; none doesn't wait. Default: "
                            + "60.")
    private @Nullable String interval;

    @UriParam(
            description =
                    "Of an extensible journal: it is backed up when it is larger than so many blocks of 512 bytes; "
                            + "none is the default.")
    private @Nullable String threshold;

    @UriParam(
            description =
                    "Whether to wait until no write transaction is in progress, where the source can: true or false.")
    private @Nullable String quietPoint;

    @UriParam(description = "Give up the wait for a quiet point after so many seconds; 0 waits for ever.")
    private @Nullable String lockTimeout;

    @UriParam(
            description =
                    "These journals only: 33,35 for 33 to 35; one number for all up to it; next for the next one that "
                            + "is needed.")
    private @Nullable String sequence;

    @UriParam(
            description =
                    "With sequence: look again after so many seconds, 60 for true, for a journal that isn't ready.")
    private @Nullable String wait;

    @UriParam(
            description =
                    "old_file or new_tape, as RMU calls them. How blocks stand on tape: old_file as bare slices of "
                            + "the image, new_tape with protected framing, which is the default there. Where it is given, it "
                            + "decides about the extension and about what can be combined, too.")
    private @Nullable String format;

    @UriParam(description = "Whether the backup file is a piece of its name, too; options of devices are refused then.")
    private boolean librarian;

    @UriParam(description = "What the backup file is called; else after the journals and the number of the first one.")
    private @Nullable String file;

    @UriParam(
            description = "Appended to the name: DAY_OF_WEEK, DAY_OF_MONTH, DAY_OF_YEAR, HOUR, MINUTE, MONTH, YEAR, "
                    + "JULIAN_DATE, SEQUENCE or VNO, and quoted texts, with commas between.")
    private @Nullable String editFilename;

    @UriParam(
            description =
                    "true: the journals become the backup file as they are, by a further name in the pool's folder, which "
                            + "has to be in the same file system; nothing is copied. false is the default.")
    private @Nullable String rename;

    @UriParam(
            description =
                    "Of preallocated journals: so many writes are under way at once when one is emptied, 1 to 32. "
                            + "Default: as configured, 15.")
    private @Nullable String resetRequests;

    @UriParam(
            description =
                    "Of preallocated journals: each write of the emptying has so many blocks of 512 bytes, 4 to 127. "
                            + "Default: as configured, 127.")
    private @Nullable String resetBlocks;

    @UriParam(defaultValue = "none", description = "none, zstd=1 .. zstd=19, zlib=1 .. zlib=9, lz4.")
    private String compression = "none";

    @UriParam(
            defaultValue = "none",
            description =
                    "Names of keys, with commas between, each of which opens the backup file; none for no encryption.")
    private String encrypt = "none";

    @UriParam(
            defaultValue = "backup",
            enums = "backup,stream",
            description =
                    "In from: backup takes what is dropped into the journals' folder; stream receives a database's journals "
                            + "while it writes them, and backs up whole ones.")
    private String mode = "backup";

    @UriParam(
            description =
                    "With mode=stream: fail unless the server's commits wait for what is received, so that a lost server "
                            + "loses no commit.")
    private boolean synchronous;

    @UriParam(
            description =
                    "In from: what was written to journals so long ago and isn't backed up turns the health check "
                            + "saddlebag-journal-NAME down. Default: three intervals and two minutes.")
    private @Nullable String stalledAfter;

    public JournalEndpoint(String uri, JournalComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        if (isStreaming()) {
            throw new IllegalArgumentException(getEndpointUri()
                    + ": mode=stream receives for as long as its route runs, and belongs in from; valid in to is"
                    + " mode=backup, which makes a pass");
        }
        return new JournalProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        if (sequence != null) {
            throw new IllegalArgumentException(getEndpointUri()
                    + ": options 'sequence' and 'continuous' can't be used together, and a route that begins with journals"
                    + " is continuous; use 'sequence' in to");
        }
        List<String> conflicts = unending(Encryption.NONE, ANY_TIME).conflicts();
        if (!conflicts.isEmpty()) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + String.join("; ", conflicts));
        }
        JournalConsumer consumer = new JournalConsumer(this, processor);
        Duration interval = isStreaming() ? STREAM_LOOK : schedule().interval();
        consumer.setInitialDelay(0);
        consumer.setDelay(Math.max(1, interval.toMillis()));
        return consumer;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (!mode.equals("backup") && !isStreaming()) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": mode '" + mode + "' is none; valid are backup, stream");
        }
        if (synchronous && !isStreaming()) {
            throw new IllegalArgumentException(getEndpointUri() + ": option 'synchronous' belongs to mode=stream");
        }
        if (isStreaming() && (sequence != null || threshold != null)) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": mode=stream can't be used with options 'sequence' and 'threshold'");
        }
        if ((pool == null) == (library == null)) {
            throw lacks("pool' or 'library", "journal:orders?pool=disk");
        }
        if (librarian) {
            requireNoDeviceOptions();
        }
        if (pool != null) {
            fileRights(pool);
        }
        List<String> conflicts = new ArrayList<>(
                parse(Encryption.NONE, ANY_TIME, continuous, interval).conflicts());
        if (!encrypt.equals("none") && rename != null && !rename.equals("false")) {
            conflicts.add("options 'rename' and 'encrypt' can't be used together");
        }
        if (library != null && rename != null && !rename.equals("false")) {
            conflicts.add("options 'rename' and 'library' can't be used together: a file is no volume");
        }
        conflicts.removeIf(each -> each.contains("belongs to option 'continuous'"));
        if (!conflicts.isEmpty()) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + String.join("; ", conflicts));
        }
        if (library != null) {
            onTape();
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("set of journals", journals(), there.journals().names());
        }
        requireKeys(encrypt);
    }

    private JournalSchedule schedule() {
        return unending(Encryption.NONE, ANY_TIME).schedule();
    }

    /** Of a route that begins here: it goes on until its end, or for ever, with the default interval where none was said. */
    private JournalOptions unending(Encryption encryption, Clock clock) {
        return parse(
                encryption,
                clock,
                continuous == null ? "true" : continuous,
                interval == null ? DEFAULT_INTERVAL : interval);
    }

    private JournalOptions parse(
            Encryption encryption, Clock clock, @Nullable String more, @Nullable String betweenLooks) {
        Map<String, String> all = new TreeMap<>();
        put(all, "until", until);
        put(all, "interval", betweenLooks);
        put(all, "threshold", threshold);
        put(all, "quietPoint", quietPoint);
        put(all, "lockTimeout", lockTimeout);
        put(all, "sequence", sequence);
        put(all, "wait", wait);
        put(all, "format", format);
        put(all, "file", file);
        put(all, "editFilename", editFilename);
        put(all, "rename", rename);
        put(all, "librarian", librarian ? "true" : null);
        put(all, "resetRequests", resetRequests);
        put(all, "resetBlocks", resetBlocks);
        put(all, "compression", compression);
        put(all, "continuous", more);
        return OptionTexts.parse(all, encryption, clock);
    }

    private static void put(Map<String, String> all, String option, @Nullable String value) {
        if (value != null) {
            all.put(option, value);
        }
    }

    /** One pass, or as many as are asked for. */
    JournalBackup passes() throws IOException, InterruptedException {
        Node node = node();
        return backup(
                node,
                parse(
                        node.keys().encryption(encrypt),
                        node.journals().services().clock(),
                        continuous,
                        interval));
    }

    /** For a route that begins here. */
    JournalBackup unending() throws IOException, InterruptedException {
        Node node = node();
        return backup(
                node,
                unending(
                        node.keys().encryption(encrypt),
                        node.journals().services().clock()));
    }

    private JournalBackup backup(Node node, JournalOptions options) throws IOException {
        JournalListener listener = this::told;
        return node.journals().backup(journals(), target(node), options, listener, null);
    }

    boolean isStreaming() {
        return mode.equals("stream");
    }

    /** What is received, and backed up with the default interval where none was said. */
    StreamedBackup streamed() throws IOException, InterruptedException {
        Node node = node();
        JournalStream stream = node.journalStreams().stream(
                journals(), synchronous ? JournalStreams.Commits.WAIT : JournalStreams.Commits.GO_ON, this::told);
        JournalBackup passes = unending();
        return new StreamedBackup(
                stream,
                passes,
                passes.schedule().interval(),
                StreamedBackup.OnFailure.FAIL,
                node.journals().services().waiter());
    }

    private Duration stalledLimit() {
        return stalledAfter == null ? schedule().lateAfter() : Durations.parse(stalledAfter);
    }

    /**
     * @param doing what its passes are at, in words; empty where that isn't known
     * @param more what else can be wrong, in words; empty for nothing
     */
    JournalWatching watching(Supplier<String> doing, Supplier<String> more) throws IOException, InterruptedException {
        Node node = node();
        JournalOptions options = unending(Encryption.NONE, ANY_TIME);
        JournalWatch watch = JournalWatch.of(
                node.journals(),
                journals(),
                stalledLimit(),
                JournalWatch.Passes.of(options.thresholdBlocks(), doing),
                this::told);
        StallAlarm alarm = new StallAlarm(watch, node.journals().services().waiter(), this::told);
        JournalHealthCheck health = new JournalHealthCheck(journals(), () -> {
            String late = alarm.problem();
            return late.isEmpty() ? more.get() : late;
        });
        return new JournalWatching(getCamelContext(), alarm, health);
    }

    /** Journals are protected unless somebody asks for bare blocks (M7). */
    private TapeOptions onTape() {
        return tapeOptions(TapeOptions::parseForJournals);
    }

    private ImageTarget target(Node node) throws IOException {
        String disk = pool;
        return disk == null
                ? node.target(Objects.requireNonNull(library), family, onTape())
                : node.poolTarget(disk, family, fileRights(disk));
    }

    /** What a pass says is an event of this context, for operators (J14). */
    private void told(JournalMessage message, String text) {
        try {
            getCamelContext().getManagementStrategy().notify(new JournalEvent(this, journals(), message, text));
        } catch (Exception e) {
            LOG.error("a listener of events failed, told of journals {}: {}, {}", journals(), message, text, e);
            throw new IllegalStateException("a listener of events failed", e);
        }
    }

    String journals() {
        return Objects.requireNonNull(name);
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
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

    public @Nullable String getContinuous() {
        return continuous;
    }

    public void setContinuous(@Nullable String continuous) {
        this.continuous = continuous;
    }

    public @Nullable String getUntil() {
        return until;
    }

    public void setUntil(@Nullable String until) {
        this.until = until;
    }

    public @Nullable String getInterval() {
        return interval;
    }

    public void setInterval(@Nullable String interval) {
        this.interval = interval;
    }

    public @Nullable String getThreshold() {
        return threshold;
    }

    public void setThreshold(@Nullable String threshold) {
        this.threshold = threshold;
    }

    public @Nullable String getQuietPoint() {
        return quietPoint;
    }

    public void setQuietPoint(@Nullable String quietPoint) {
        this.quietPoint = quietPoint;
    }

    public @Nullable String getLockTimeout() {
        return lockTimeout;
    }

    public void setLockTimeout(@Nullable String lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    public @Nullable String getSequence() {
        return sequence;
    }

    public void setSequence(@Nullable String sequence) {
        this.sequence = sequence;
    }

    public @Nullable String getWait() {
        return wait;
    }

    public void setWait(@Nullable String wait) {
        this.wait = wait;
    }

    public boolean isLibrarian() {
        return librarian;
    }

    public void setLibrarian(boolean librarian) {
        this.librarian = librarian;
    }

    @Override
    public @Nullable String getFormat() {
        return format;
    }

    public void setFormat(@Nullable String format) {
        this.format = format;
    }

    public @Nullable String getFile() {
        return file;
    }

    public void setFile(@Nullable String file) {
        this.file = file;
    }

    public @Nullable String getEditFilename() {
        return editFilename;
    }

    public void setEditFilename(@Nullable String editFilename) {
        this.editFilename = editFilename;
    }

    public @Nullable String getRename() {
        return rename;
    }

    public void setRename(@Nullable String rename) {
        this.rename = rename;
    }

    public @Nullable String getResetRequests() {
        return resetRequests;
    }

    public void setResetRequests(@Nullable String resetRequests) {
        this.resetRequests = resetRequests;
    }

    public @Nullable String getResetBlocks() {
        return resetBlocks;
    }

    public void setResetBlocks(@Nullable String resetBlocks) {
        this.resetBlocks = resetBlocks;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }

    public String getMode() {
        return mode;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }

    public boolean isSynchronous() {
        return synchronous;
    }

    public void setSynchronous(boolean synchronous) {
        this.synchronous = synchronous;
    }

    public @Nullable String getStalledAfter() {
        return stalledAfter;
    }

    public void setStalledAfter(@Nullable String stalledAfter) {
        this.stalledAfter = stalledAfter;
    }

    public String getEncrypt() {
        return encrypt;
    }

    public void setEncrypt(String encrypt) {
        this.encrypt = encrypt;
    }
}

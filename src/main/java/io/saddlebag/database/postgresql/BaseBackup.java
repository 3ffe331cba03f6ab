package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.image.ByteStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The talk with a walsender that makes a base backup (PostgreSQL's documentation, 54.4; of version 15 and newer): questions first,
 * then the copy's tars and manifest one after the other, as they come. Memory: a message. One thread at a time.
 */
final class BaseBackup {
    private static final int LOOK_MILLIS = 1000;
    private static final int UPLOAD_BYTES = 1 << 16;
    private static final char NAME_END = '\0';

    private final String database;
    private final ReplicationWire wire;
    private final Waiter waiter;
    private final Duration silence;
    private final Consumer<String> log;
    private StreamedCopy.Waiting waiting = () -> {};
    private List<List<List<String>>> announced = List.of();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private @Nullable Part coming;
    private String name = "";
    private List<String> end = List.of();
    private boolean sending;
    private @Nullable String refusal;

    /** What comes next. */
    enum Part {
        TAR,
        MANIFEST,
        /** Everything was sent, and the server says that it is good. */
        END
    }

    /**
     * @param database its configured name
     * @param silence the server may say nothing for so long
     * @param log takes the server's notices
     */
    BaseBackup(String database, ReplicationWire wire, Waiter waiter, Duration silence, Consumer<String> log) {
        this.database = database;
        this.wire = wire;
        this.waiter = waiter;
        this.silence = silence;
        this.log = log;
    }

    /** Called about once a second from now on while nothing comes. */
    void whileWaiting(StreamedCopy.Waiting called) {
        waiting = called;
    }

    /** The only row of an answer; null columns are empty. */
    List<String> row(String question) throws IOException {
        List<List<List<String>>> answers = ask(question);
        if (answers.size() != 1 || answers.get(0).size() != 1) {
            throw failed("the answer to " + question + " was " + answers, null);
        }
        return answers.get(0).get(0);
    }

    /** The rows of each result of an answer, to the server's being ready for the next question. */
    private List<List<List<String>>> ask(String question) throws IOException {
        send(question);
        Answers answers = new Answers();
        while (true) {
            await();
            switch (wire.type()) {
                case 'E' -> throw refused();
                case 'Z' -> {
                    return answers.all();
                }
                default -> answers.take();
            }
        }
    }

    /**
     * Asks for the copy, and waits until it comes.
     *
     * @param command {@code BASE_BACKUP} with its options
     */
    void begin(String command) throws IOException {
        send(command);
        Answers answers = new Answers();
        while (true) {
            await();
            switch (wire.type()) {
                case 'E' -> throw refused();
                case 'H' -> {
                    announced = answers.all();
                    if (announced.size() != 2 || announced.get(0).size() != 1) {
                        throw failed("it announced " + announced, null);
                    }
                    sending = true;
                    return;
                }
                default -> answers.take();
            }
        }
    }

    /** Hands over the manifest on top of whose copy the next one is to be made. */
    void upload(InputStream manifest) throws IOException {
        send("UPLOAD_MANIFEST");
        boolean wanted = false;
        while (true) {
            await();
            switch (wire.type()) {
                case 'E' -> throw refused();
                case 'G' -> {
                    wanted = true;
                    upload(manifest, new byte[UPLOAD_BYTES]);
                }
                case 'Z' -> {
                    if (!wanted) {
                        throw failed("it didn't take a manifest", null);
                    }
                    return;
                }
                default -> notice();
            }
        }
    }

    private void upload(InputStream manifest, byte[] buffer) throws IOException {
        for (int n = manifest.read(buffer); n >= 0; n = manifest.read(buffer)) {
            wire.send('d', Arrays.copyOf(buffer, n));
        }
        wire.send('c', new byte[0]);
    }

    /** What the server said instead of doing what it was asked for; null when it hasn't refused anything. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** Where it began, and the timeline of that. */
    List<String> start() {
        return announced.get(0).get(0);
    }

    /** Number and place of each tablespace; both are empty for the data directory itself. */
    List<List<String>> tablespaces() {
        return announced.get(1);
    }

    /** Where it ended, and the timeline of that; empty before. */
    List<String> end() {
        return end;
    }

    /** What comes now; what was before has to be read to its end. */
    Part next() throws IOException {
        if (read(ByteBuffer.allocate(1)) >= 0) {
            throw notAsSent("there is more of " + name + " behind its end");
        }
        Part now = coming;
        if (now == null) {
            throw new IllegalStateException("a part without a beginning");
        }
        if (now != Part.END) {
            coming = null;
        }
        return now;
    }

    /** Of the tar that came last. */
    String name() {
        return name;
    }

    /** The part that came last, to its end. */
    InputStream part() {
        return new ByteStream() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                return BaseBackup.this.read(into);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // the connection is somebody else's
            }
        };
    }

    private int read(ByteBuffer into) throws IOException {
        while (!bytes.hasRemaining()) {
            if (coming != null) {
                return -1;
            }
            await();
            switch (wire.type()) {
                case 'd' -> data();
                case 'c' -> finish();
                case 'E' -> throw refused();
                default -> notice();
            }
        }
        int n = Math.min(into.remaining(), bytes.remaining());
        into.put(into.position(), bytes, bytes.position(), n).position(into.position() + n);
        bytes.position(bytes.position() + n);
        return n;
    }

    private void data() throws IOException {
        ByteBuffer body = wire.body();
        if (!body.hasRemaining()) {
            throw notAsSent("the server sent a message without a kind");
        }
        char kind = (char) body.get();
        switch (kind) {
            case 'd' -> bytes = body.slice();
            case 'n' -> {
                name = text(body);
                coming = Part.TAR;
            }
            case 'm' -> {
                name = BackupManifest.FILE_NAME;
                coming = Part.MANIFEST;
            }
            case 'p' -> {
                // how far it is; asked for by nobody
            }
            default -> throw notAsSent("the server sent a message of kind '" + kind + "'");
        }
    }

    private static String text(ByteBuffer body) {
        String all = StandardCharsets.UTF_8.decode(body).toString();
        int end = all.indexOf(NAME_END);
        return end < 0 ? all : all.substring(0, end);
    }

    /** Behind the last byte the server says whether the copy is good: checksums of pages that were wrong are told here. */
    private void finish() throws IOException {
        Answers answers = new Answers();
        while (true) {
            await();
            switch (wire.type()) {
                case 'E' -> throw refused();
                case 'Z' -> {
                    List<List<List<String>>> all = answers.all();
                    if (all.size() != 1
                            || all.get(0).size() != 1
                            || all.get(0).get(0).size() != 2) {
                        throw notAsSent("the server ended it with " + all);
                    }
                    end = all.get(0).get(0);
                    coming = Part.END;
                    return;
                }
                default -> answers.take();
            }
        }
    }

    private void send(String question) throws IOException {
        try {
            wire.query(question);
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
    }

    private void await() throws IOException {
        if (look()) {
            return;
        }
        Deadline deadline = Deadline.after(waiter, silence);
        do {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for the copy of database " + database);
            }
            waiting.working();
            if (deadline.passed()) {
                throw failed("the server said nothing for " + silence, null);
            }
        } while (!look());
    }

    private boolean look() throws IOException {
        try {
            return wire.next(LOOK_MILLIS);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
    }

    private BackupException refused() {
        String detail = wire.field('D');
        String hint = wire.field('H');
        String said =
                wire.field('M') + (detail.isEmpty() ? "" : " (" + detail + ")") + (hint.isEmpty() ? "" : "; " + hint);
        refusal = said;
        return failed(said, null);
    }

    private void notice() {
        if (wire.type() == 'N') {
            log.accept("the server says: " + wire.field('S') + ": " + wire.field('M'));
        }
    }

    private BackupException failed(String why, @Nullable Throwable cause) {
        return sending
                ? new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "the server of database " + database + " didn't send all of the copy: " + why,
                        "See in the server's log why; repeat the backup.",
                        cause)
                : new BackupException(
                        DatabaseFault.BACKUP_MODE_FAILED,
                        "the server of database " + database + " doesn't begin to send a copy: " + why,
                        "Look at the server's log; a free walsender and a free replication slot are needed"
                                + " (max_wal_senders, max_replication_slots).",
                        cause);
    }

    /** Whatever it is: what came can't be trusted. */
    BackupException notAsSent(String why) {
        return notAsSent(database, why);
    }

    static BackupException notAsSent(String database, String why) {
        return new BackupException(
                DatabaseFault.NOT_AS_SENT,
                "what came of database " + database + " isn't what its server sent: " + why,
                "Repeat the backup; if it happens again, look at network and memory, or use --provider none.");
    }

    /** Results of one question, as they come. */
    private final class Answers {
        private final List<List<List<String>>> results = new ArrayList<>();

        void take() {
            switch (wire.type()) {
                case 'T' -> results.add(new ArrayList<>());
                case 'D' -> results.get(results.size() - 1).add(texts(wire.row()));
                default -> notice();
            }
        }

        List<List<List<String>>> all() {
            return results;
        }

        private static List<String> texts(List<byte @Nullable []> row) {
            List<String> texts = new ArrayList<>();
            for (byte @Nullable [] column : row) {
                texts.add(column == null ? "" : new String(column, StandardCharsets.UTF_8));
            }
            return texts;
        }
    }
}

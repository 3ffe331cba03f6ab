package io.saddlebag.journal;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.JournalServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies the journals of a chain to a restored database, one after the other (J20): each is put together from its parts, and
 * the engine itself takes it, into a file, or as a server that runs. Killed in between, it is made anew from the restored file on.
 */
public final class JournalReplay {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Journals journals;
    private final PieceReading reading;
    private final StoredJournals stored;
    private final HostFiles files;

    public JournalReplay(Journals journals, PieceReading reading, StoredJournals stored, HostFiles files) {
        this.journals = journals;
        this.reading = reading;
        this.stored = stored;
        this.files = files;
    }

    /**
     * What is to be applied.
     *
     * @param first number of the first journal; null for the first one behind the last gap
     * @param last number of the last journal; null for all
     * @param upTo the last backup file of which anything is applied; null for all
     * @param file a restored file; for a server a folder, made if need be, for the journals while it takes them
     * @param stretch for servers only
     */
    public record Order(
            String source,
            Path file,
            @Nullable Long first,
            @Nullable Long last,
            @Nullable BackupId upTo,
            JournalServer.Stretch stretch) {}

    /**
     * @param log hears of each journal
     * @return the journals that were applied
     * @throws BackupException {@link JournalFault#GAP} when something is missing in between: nothing was touched
     */
    public List<JournalId> run(Order order, Consumer<String> log) throws IOException, InterruptedException {
        try (JournalSource source = journals.source(order.source())) {
            ReplayPlan plan = ReplayPlan.of(
                    order.source(),
                    journals.services().chain().pieces(order.source()),
                    new ReplayPlan.Wish(order.first(), order.last(), order.upTo()));
            Optional<JournalServer> server = source.server();
            if (server.isPresent()) {
                return carryOut(plan, server.get(), order, log);
            }
            JournalSource.Applier applier = source.applier()
                    .orElseThrow(() -> new BackupException(
                            JournalFault.CONFLICT,
                            "journals of " + order.source() + " are applied by their engine, when it asks for them",
                            "'saddlebag recover' does that for PostgreSQL."));
            if (!order.stretch().equals(JournalServer.Stretch.ALL)) {
                throw new BackupException(
                        JournalFault.CONFLICT,
                        "journals of " + order.source() + " have neither times nor positions to begin or end at",
                        "End with a journal, or with a backup file of them.");
            }
            requireRestored(order.file(), applier);
            return apply(plan, applier, order.file(), log);
        }
    }

    private void requireRestored(Path file, JournalSource.Applier applier) throws IOException {
        files.status(file);
        Path beside = applier.beside(file);
        if (files.exists(beside)) {
            throw new BackupException(
                    JournalFault.CONFLICT,
                    "there is a journal beside " + file + " already: " + beside,
                    "Take a file as it was restored, which nobody has opened since.");
        }
    }

    private List<JournalId> carryOut(ReplayPlan plan, JournalServer server, Order order, Consumer<String> log)
            throws IOException, InterruptedException {
        Path folder = order.file();
        if (!files.exists(folder)) {
            files.makeFolder(folder);
        }
        List<Path> logs = new ArrayList<>();
        for (List<JournalPiece> pieces : plan.pieces().values()) {
            Path to = folder.resolve(pieces.get(0).name());
            assemble(pieces, to);
            logs.add(to);
        }
        log.accept("begins with journal " + plan.pieces().firstKey() + ", " + logs.get(0));
        server.carryOut(logs, order.stretch(), log);
        return List.copyOf(plan.pieces().keySet());
    }

    private List<JournalId> apply(ReplayPlan plan, JournalSource.Applier applier, Path file, Consumer<String> log)
            throws IOException {
        List<JournalId> applied = new ArrayList<>();
        log.accept("begins with journal " + plan.pieces().firstKey() + "; "
                + plan.pieces().size() + " are to be applied, up to "
                + plan.pieces().lastKey());
        for (Map.Entry<JournalId, List<JournalPiece>> each : plan.pieces().entrySet()) {
            long bytes = assemble(each.getValue(), applier.beside(file));
            long taken = applier.merge(file);
            if (taken != bytes) {
                throw new BackupException(
                        JournalFault.CHANGED,
                        "of journal " + each.getKey() + ", " + bytes + " bytes, the engine took " + taken + " into "
                                + file,
                        "Restore the file anew; verify the backups of its journals.");
            }
            applied.add(each.getKey());
            log.accept("applied journal " + each.getKey() + ", " + bytes + " bytes");
        }
        return applied;
    }

    private long assemble(List<JournalPiece> pieces, Path to) throws IOException {
        try (NewFile file = files.create(to)) {
            WritableByteChannel out = file.channel();
            reading.read(pieces, stored, (piece, content) -> copy(content, out));
            file.publish();
        }
        return pieces.stream().mapToLong(JournalPiece::bytes).sum();
    }

    private static void copy(InputStream content, WritableByteChannel out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
            ByteBuffer left = ByteBuffer.wrap(buffer, 0, got);
            while (left.hasRemaining()) {
                out.write(left);
            }
        }
    }
}

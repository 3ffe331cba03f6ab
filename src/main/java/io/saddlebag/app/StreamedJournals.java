package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DatabaseConfig;
import io.saddlebag.app.config.JournalConfig;
import io.saddlebag.app.config.StreamConfig;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.database.postgresql.PostgresqlLog;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.local.RandomNames;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.stream.JournalStream;
import io.saddlebag.journal.stream.JournalStreams;
import io.saddlebag.journal.stream.LogReceiver;
import io.saddlebag.journal.stream.StreamWatch;
import io.saddlebag.journal.stream.SynchronousMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** Journals that are received from the databases of the configuration. Thread-safe. */
final class StreamedJournals implements JournalStreams {
    /** A fraction of what a commit may take to be durable in the copy (Q6). */
    private static final Duration GATHERING = Duration.ofMillis(3);

    private final ConfigFile config;
    private final HostFiles files;
    private final InPlaceFiles inPlace;
    private final JournalServices services;
    private final ExecutorService threads;
    private final Journals journals;

    StreamedJournals(
            ConfigFile config, HostFiles files, InPlaceFiles inPlace, Journals journals, ExecutorService threads) {
        this.journals = journals;
        this.config = config;
        this.files = files;
        this.inPlace = inPlace;
        this.services = journals.services();
        this.threads = threads;
    }

    @Override
    public JournalStream stream(String name, Commits commits, JournalListener listener) throws IOException {
        JournalConfig found = config.node().journals().get(name);
        StreamConfig stream = found == null ? null : found.stream();
        if (found == null || stream == null) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    found == null
                            ? "there are no journals '" + name + "' in " + ConfigFile.PLACE
                            : "journals '" + name + "' in " + ConfigFile.PLACE + " aren't received from a database",
                    "Add 'stream: { database: NAME }' to them there.");
        }
        LogServer server = server(config, name, stream, services);
        LogReceiver receiver = new LogReceiver(new LogReceiver.Parts(
                name,
                folder(found),
                server,
                files,
                inPlace,
                services.chain(),
                services.waiter(),
                listener,
                commits == Commits.WAIT ? Duration.ZERO : GATHERING,
                journals.governor(name, listener)::throttles));
        SynchronousMode mode = commits == Commits.WAIT ? SynchronousMode.required(server) : SynchronousMode.off(server);
        StreamWatch watch = new StreamWatch(
                new StreamWatch.Parts(
                        name,
                        server,
                        folder(found),
                        files,
                        new RandomNames(),
                        services.waiter(),
                        listener,
                        stream.stalledAfter()),
                receiver::progress);
        return new JournalStream(receiver, watch, mode, threads, services.waiter());
    }

    private Path folder(JournalConfig journals) {
        return config.resolve(journals.folder());
    }

    static LogServer server(ConfigFile config, String name, StreamConfig stream, JournalServices services)
            throws BackupException {
        DatabaseConfig database = config.node().databases().get(stream.database());
        if (database == null || !database.engine().equals(PostgresqlAdapter.ENGINE)) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "journals." + name + ".stream.database '" + stream.database() + "' in " + ConfigFile.PLACE
                            + (database == null ? " is not there" : " is no PostgreSQL"),
                    "Name a database of engine postgresql.");
        }
        return new PostgresqlLog(
                PostgresqlSettings.read(new DatabaseOptions(stream.database(), database.options())),
                stream.slotOf(name),
                services.clock());
    }
}

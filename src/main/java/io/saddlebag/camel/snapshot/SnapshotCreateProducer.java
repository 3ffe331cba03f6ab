package io.saddlebag.camel.snapshot;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.node.Node;
import io.saddlebag.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Takes a snapshot as a phase of the exchange's job. */
final class SnapshotCreateProducer extends DefaultProducer {
    private final SnapshotEndpoint endpoint;

    SnapshotCreateProducer(SnapshotEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        Snapshot snapshot = ExchangeJob.of(exchange, endpoint.context()).phase("snapshot", run -> {
            String dataset = endpoint.getDataset();
            if (dataset != null) {
                return node.datasetBackup()
                        .snapshot(run, dataset, paths -> node.snapshots(endpoint.getProvider(), paths));
            }
            String unaware = endpoint.getCrashConsistent();
            if (unaware != null) {
                run.withoutWriter(
                        node.database(unaware), node.onlineOptions(unaware).freeze());
            }
            List<Path> paths = paths(node, run);
            return run.snapshot(node.snapshots(endpoint.getProvider(), paths, run.needed()), paths);
        });
        Message message = exchange.getMessage();
        message.setHeader(SaddlebagHeaders.SNAPSHOT, snapshot.id());
        ExchangeJob.of(exchange, endpoint.context())
                .phase("freeze", BackupRun::frozen)
                .ifPresent(frozen -> message.setHeader(SaddlebagHeaders.FREEZE, frozen.toMillis()));
        message.setHeader(SaddlebagHeaders.PROVIDER, snapshot.provider());
        message.setHeader(
                SaddlebagHeaders.CONSISTENCY,
                snapshot.consistency().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    private List<Path> paths(Node node, BackupRun run) throws IOException, InterruptedException {
        List<Path> given = endpoint.pathsGiven();
        if (!given.isEmpty()) {
            return given;
        }
        String named = endpoint.getDatabase();
        List<DatabaseAdapter> databases = named == null ? run.databases() : List.of(node.database(named));
        List<Path> paths = new ArrayList<>();
        for (DatabaseAdapter database : databases) {
            run.components(database).stream().map(DatabaseComponent::path).forEach(paths::add);
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException(
                    endpoint.getEndpointUri()
                            + ": there is nothing to take a snapshot of; give paths or database, or stop a database or begin its backup before");
        }
        return paths;
    }
}

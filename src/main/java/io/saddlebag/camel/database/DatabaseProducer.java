package io.saddlebag.camel.database;

import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.job.Job;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** One operation on one database; stop and start, begin and end of backup mode as phases of the exchange's job. */
final class DatabaseProducer extends DefaultProducer {
    private final DatabaseEndpoint endpoint;

    DatabaseProducer(DatabaseEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        Message message = exchange.getMessage();
        switch (Objects.requireNonNull(endpoint.getOperation())) {
            case STOP -> state(message, stop(exchange, node));
            case START -> state(message, start(exchange, node));
            case BEGIN_BACKUP -> beginBackup(exchange, node);
            case END_BACKUP -> endBackup(exchange, node);
            case STATUS -> state(message, database(node).state().name());
            case VERIFY -> message.setBody(database(node).verifyOpen(endpoint.verifyTimeout(node)));
            case REHEARSE -> rehearse(node, message);
            case COMPONENTS -> message.setBody(database(node).components());
        }
    }

    private DatabaseAdapter database(Node node) throws IOException {
        return node.database(endpoint.database());
    }

    private void rehearse(Node node, Message message) throws IOException, InterruptedException {
        Optional<Job> ended = node.rehearsals().run(endpoint.rehearsal());
        if (ended.isEmpty()) {
            message.setHeader(SaddlebagHeaders.SKIPPED, true);
            return;
        }
        Map<String, String> figures = ended.get().figures();
        message.setHeader(SaddlebagHeaders.PROOF, figures.getOrDefault("proof", "nothing"));
        String backup = figures.get("backup-id");
        if (backup != null) {
            message.setHeader(SaddlebagHeaders.BACKUP_ID, Long.valueOf(backup));
        }
        EndedJobs.report(message, List.of(ended.get()));
    }

    private String stop(Exchange exchange, Node node) throws IOException, InterruptedException {
        return phase(exchange, "stop ", run -> {
            run.stop(database(node), endpoint.stopOptions(node));
            return "stopped";
        });
    }

    /** A start that fails is the job's alarm, not this step's failure: the image is still written (W3). */
    private String start(Exchange exchange, Node node) throws IOException, InterruptedException {
        return phase(exchange, "start ", run -> run.start(database(node)) ? "open" : "down");
    }

    private void beginBackup(Exchange exchange, Node node) throws IOException, InterruptedException {
        phase(exchange, "begin backup of ", run -> {
            run.beginBackup(database(node), endpoint.onlineOptions(node));
            return "in backup mode";
        });
    }

    private void endBackup(Exchange exchange, Node node) throws IOException, InterruptedException {
        phase(exchange, "end backup of ", run -> {
            run.endBackup(database(node));
            return "open";
        });
    }

    private String phase(Exchange exchange, String what, ExchangeJob.Phase<String> work)
            throws IOException, InterruptedException {
        return ExchangeJob.of(exchange, endpoint.context()).phase(what + endpoint.database(), work);
    }

    private static void state(Message message, String state) {
        message.setHeader(
                SaddlebagHeaders.DATABASE_STATE, state.toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}

package io.saddlebag.camel.backup;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.BackupSource;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.image.Compression;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.node.Node;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Makes the body an image that is read when it is written. */
final class BackupProducer extends DefaultProducer {
    private final BackupEndpoint endpoint;

    BackupProducer(BackupEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        BackupSource source = job.phase("image", this::source);
        ImageBody image = new ImageBody(source, job::closeAtEnd);
        Message message = exchange.getMessage();
        message.setBody(image);
        message.setHeader(SaddlebagHeaders.IMAGE_ID, source.imageId());
        source.outcome().ifPresent(outcome -> message.setHeader(SaddlebagHeaders.OUTCOME, outcome.display()));
    }

    private BackupSource source(BackupRun run) throws IOException, InterruptedException {
        String name = endpoint.backupName();
        return switch (endpoint.getMethod()) {
            case SNAPSHOT -> run.source(name, options());
            case STREAM -> {
                Node node = endpoint.node();
                yield run.streamed(name, node.database(name), node.onlineOptions(name), options());
            }
        };
    }

    private SourceOptions options() throws IOException, InterruptedException {
        return new SourceOptions(
                Compression.parse(endpoint.getCompression()),
                endpoint.node().keys().encryption(endpoint.getEncrypt()),
                BackupLevel.parse(endpoint.getLevel()),
                endpoint.restartOptions());
    }
}

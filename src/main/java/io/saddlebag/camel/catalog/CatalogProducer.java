package io.saddlebag.camel.catalog;

import io.saddlebag.camel.node.BackupHeaders;
import io.saddlebag.camel.node.EndedJobs;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.library.ElementNames;
import io.saddlebag.node.CartridgeImport;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question to the catalog; never an answer longer than the limit. */
final class CatalogProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogProducer.class);

    private final CatalogEndpoint endpoint;

    CatalogProducer(CatalogEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        Message message = exchange.getMessage();
        switch (endpoint.action()) {
            case LIST -> message.setBody(newest(node.catalog().backups(filter())));
            case SHOW -> show(node, message);
            case OBJECTS -> objects(node, message);
            case IMPORT -> message.setBody(imported(node));
            case INTERVALS -> message.setBody(node.recoverability().show(endpoint.getName(), endpoint.without()));
            case LIMITS -> message.setBody(node.recoverability().limits(endpoint.getName()));
            case ADVISE ->
                message.setBody(node.recoverability()
                        .advise(
                                java.util.Objects.requireNonNull(endpoint.getName()),
                                endpoint.problem(),
                                endpoint.at(),
                                endpoint.without()));
            case VERIFY ->
                EndedJobs.report(
                        message,
                        List.of(node.restores().verify(id(message), endpoint.getUser(), endpoint.getPrompt())));
        }
    }

    private List<Backup> imported(Node node) throws IOException, InterruptedException {
        ElementNames.requireClear(node.library(endpoint.libraryName()).library(), endpoint.getCartridges());
        return new CartridgeImport(node, endpoint.libraryName(), LOG::info).run(endpoint.cartridges());
    }

    private void show(Node node, Message message) throws IOException {
        Backup backup = find(node, id(message));
        message.setBody(backup);
        BackupHeaders.set(message, backup);
    }

    private void objects(Node node, Message message) throws IOException {
        Backup backup = find(node, id(message));
        List<ObjectEntry> first = new ArrayList<>();
        long[] count = {0};
        String path = endpoint.getPath();
        node.catalog().objects(backup.id(), path == null ? "" : path, object -> {
            if (count[0]++ < endpoint.getLimit()) {
                first.add(object);
            }
        });
        message.setBody(first);
        message.setHeader(SaddlebagHeaders.OBJECTS, count[0]);
    }

    private static Backup find(Node node, BackupId id) throws IOException {
        return node.catalog()
                .find(id)
                .orElseThrow(() -> new BackupException(
                        CatalogFault.NO_SUCH_BACKUP,
                        "the catalog has no backup " + id,
                        "'catalog:list' or 'saddlebag lsbu' show all backups."));
    }

    private BackupId id(Message message) {
        Long id = endpoint.getBackup();
        if (id == null) {
            id = message.getHeader(SaddlebagHeaders.BACKUP_ID, Long.class);
        }
        if (id == null) {
            throw new IllegalArgumentException(endpoint.getEndpointUri()
                    + ": no backup is named, and the exchange made none; name it, as in catalog:show?backup=12");
        }
        return new BackupId(id);
    }

    private Catalog.Filter filter() {
        String name = endpoint.getName();
        return name == null ? Catalog.Filter.ALL : Catalog.Filter.completeOf(name);
    }

    private List<Backup> newest(List<Backup> oldestFirst) {
        int from = Math.max(0, oldestFirst.size() - endpoint.getLimit());
        return List.copyOf(oldestFirst.subList(from, oldestFirst.size()));
    }
}

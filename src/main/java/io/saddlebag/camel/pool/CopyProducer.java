package io.saddlebag.camel.pool;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.node.Node;
import io.saddlebag.operator.MediaJobs;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Copies an image into a pool (R5). */
final class CopyProducer extends DefaultProducer {
    private final PoolEndpoint endpoint;

    CopyProducer(PoolEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        BackupId id = backup(node.catalog(), Objects.requireNonNull(endpoint.getBackup()));
        String pool = endpoint.poolName();
        ImageCopy copy = node.mediaJobs()
                .run(
                        MediaJobs.Order.ofPool(pool, "copy " + id, null),
                        job -> node.copying().copy(id, node.pool(pool), job));
        exchange.getMessage().setHeader(SaddlebagHeaders.BACKUP_ID, id.value());
        exchange.getMessage().setHeader(SaddlebagHeaders.VOLUMES, copy.place());
    }

    private static BackupId backup(Catalog catalog, String named) throws IOException {
        if (named.chars().allMatch(Character::isDigit)) {
            return BackupId.parse(named);
        }
        List<Backup> all = catalog.backups(Catalog.Filter.completeOf(named));
        if (all.isEmpty()) {
            throw new BackupException(
                    CatalogFault.NO_SUCH_BACKUP,
                    "the catalog has not got a backup of " + named,
                    "'saddlebag lsbu' lists those it has.");
        }
        return all.get(all.size() - 1).id();
    }
}

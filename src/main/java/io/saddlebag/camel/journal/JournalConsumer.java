package io.saddlebag.camel.journal;

import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalResult;
import io.saddlebag.journal.stream.StreamedBackup;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.ScheduledPollConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous backup (J4), of what is dropped into a folder or of what is received (J19): an exchange for each backup file, once it
 * is durable and its journals are released. Suspended with its route, no pass begins; one that has begun ends first, so a route that
 * is suspended touches no journal. One that fails is told to the route's exception handler and shows in the consumer's health; the
 * next look tries again.
 */
final class JournalConsumer extends ScheduledPollConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);

    private final JournalEndpoint endpoint;
    /** Held during a look, also by what the route does with its backup file: such a step can suspend its own route. */
    private final ReentrantLock looking = new ReentrantLock();

    private volatile @Nullable JournalBackup backup;
    private @Nullable JournalWatching watching;
    private volatile @Nullable StreamedBackup stream;
    private boolean told;

    JournalConsumer(JournalEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected int poll() throws Exception {
        looking.lock();
        try {
            if (isSuspendingOrSuspended()) {
                return 0;
            }
            watch();
            return endpoint.isStreaming() ? received() : backedUp();
        } finally {
            looking.unlock();
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        ShutdownStrategy strategy = getEndpoint().getCamelContext().getShutdownStrategy();
        if (looking.tryLock(strategy.getTimeout(), strategy.getTimeUnit())) {
            looking.unlock();
        } else {
            LOG.warn("the backup of journals {} is still at work; no other begins", endpoint.journals());
        }
    }

    private void watch() throws Exception {
        if (watching == null) {
            JournalWatching begun = endpoint.watching(this::doing, this::problem);
            begun.start();
            watching = begun;
        }
    }

    /** What its passes are at; a step of the route that hangs keeps the next one from beginning. */
    private String doing() {
        JournalBackup going = backup;
        return going == null ? "" : going.doing();
    }

    /** Of what is received; empty for none. */
    private String problem() {
        StreamedBackup going = stream;
        return going == null ? "" : going.problem();
    }

    private int received() throws Exception {
        StreamedBackup going = stream;
        if (going == null) {
            going = endpoint.streamed();
            stream = going;
        }
        Optional<JournalResult> result = going.step();
        if (going.ended()) {
            tellEnd();
        }
        return result.isPresent() ? handled(result.get()) : 0;
    }

    private int backedUp() throws Exception {
        JournalBackup going = backup;
        if (going == null) {
            going = endpoint.unending();
            backup = going;
        }
        if (going.ended()) {
            tellEnd();
            return 0;
        }
        int files = 0;
        do {
            JournalResult result = going.cycle();
            files += result.hasBackup() ? handled(result) : 0;
        } while (going.owesMore() && !isSuspendingOrSuspended());
        return files;
    }

    private int handled(JournalResult result) {
        Exchange exchange = createExchange(true);
        JournalHeaders.set(exchange.getMessage(), result);
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler()
                    .handleException("while a backup of journals was handled", exchange, exchange.getException());
        }
        return 1;
    }

    private void tellEnd() {
        if (!told) {
            told = true;
            LOG.info("the continuous backup of journals {} has come to its end", endpoint.journals());
        }
    }

    /** A route that is started again begins its schedule anew. */
    @Override
    protected void doStop() throws Exception {
        super.doStop();
        JournalWatching watched = watching;
        if (watched != null) {
            watching = null;
            watched.stop();
        }
        StreamedBackup receiving = stream;
        if (receiving != null) {
            stream = null;
            receiving.stop();
        }
        JournalBackup ended = backup;
        backup = null;
        told = false;
        if (ended != null) {
            ended.close();
        }
    }
}

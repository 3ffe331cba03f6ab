package io.saddlebag.camel.library;

import io.saddlebag.node.LibraryDesk;
import io.saddlebag.volume.LibraryEvent;
import io.saddlebag.volume.LibraryWatch;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledPollConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange for each event of a library; none is begun once the route stops, and those that were begun end. A library
 * that can't be asked is asked again with the next poll.
 */
final class LibraryConsumer extends ScheduledPollConsumer {
    private final LibraryEndpoint endpoint;
    private @Nullable LibraryWatch watch;

    LibraryConsumer(LibraryEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected int poll() throws Exception {
        LibraryWatch watching = watch;
        if (watching == null) {
            LibraryDesk desk = endpoint.node().library(endpoint.libraryName());
            watching = new LibraryWatch(desk.library(), desk.drives().cleaning());
            watch = watching;
        }
        List<LibraryEvent> events = watching.poll();
        int told = 0;
        for (LibraryEvent event : events) {
            if (!isRunAllowed()) {
                break;
            }
            tell(event);
            told++;
        }
        return told;
    }

    private void tell(LibraryEvent event) {
        Exchange exchange = createExchange(true);
        exchange.getMessage().setBody(event);
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler()
                    .handleException("while " + event.kind() + " was handled", exchange, exchange.getException());
        }
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}

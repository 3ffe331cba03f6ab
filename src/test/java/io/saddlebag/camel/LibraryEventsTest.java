package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.volume.LibraryEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens in a library begins exchanges. */
@Tag("E3")
@Tag("M13")
@Timeout(60)
class LibraryEventsTest {
    @TempDir
    Path home;

    private final LinkedBlockingQueue<LibraryEvent> events = new LinkedBlockingQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private MemoryNode node;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("library:vault?operation=watch&delay=20").routeId("watch").process(exchange -> {
                    events.add(exchange.getMessage().getBody(LibraryEvent.class));
                    begun.countDown();
                });
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private LibraryEvent next() throws InterruptedException {
        LibraryEvent event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    /** The watch has looked once: what is done from now on is news. */
    private void settle() throws InterruptedException {
        node.vault.openDoor();
        assertThat(next().kind()).isEqualTo(LibraryEvent.Kind.DOOR_OPENED);
        node.vault.closeDoor();
        LibraryEvent.Kind kind = next().kind();
        assertThat(kind).isEqualTo(LibraryEvent.Kind.DOOR_CLOSED);
        // the look that saw the closed door has seen the inventory, too
    }

    @Test
    void a_cartridge_that_somebody_brings_is_an_import() throws Exception {
        settle();
        node.vault.operatorPuts(new MemoryCartridge("NEW001", Capacity.ENDLESS), Element.mailSlot(1));

        LibraryEvent first = next();
        LibraryEvent second = next();

        assertThat(List.of(first.kind(), second.kind()))
                .containsExactly(LibraryEvent.Kind.IMPORT, LibraryEvent.Kind.INVENTORY_CHANGED);
        assertThat(first.element()).isEqualTo(Element.mailSlot(1));
        assertThat(first.text()).isEqualTo("a cartridge was put into iee1: NEW001");
        assertThat(first.library()).isEqualTo(node.vault.name());
    }

    @Test
    @Tag("M17")
    void a_drive_s_wish_to_be_cleaned_is_told_once() throws Exception {
        settle();
        node.vault.drive(1).raise(TapeAlert.CLEAN_PERIODIC);
        node.library("vault").drives().cleaning().look(node.vault.drive(1));

        List<LibraryEvent> both = List.of(next(), next());

        assertThat(both)
                .extracting(LibraryEvent::kind)
                .containsExactlyInAnyOrder(LibraryEvent.Kind.CLEANING_NEEDED, LibraryEvent.Kind.TAPE_ALERT);
        assertThat(both).extracting(LibraryEvent::element).containsOnly(Element.drive(1));
        node.vault.operatorMoves(Element.slot(1), Element.slot(4));
        assertThat(next().kind()).as("not told again").isEqualTo(LibraryEvent.Kind.INVENTORY_CHANGED);
    }

    @Test
    void a_route_that_was_stopped_is_told_nothing() throws Exception {
        settle();
        context.getRouteController().stopRoute("watch");
        node.vault.operatorMoves(Element.slot(1), Element.slot(4));
        context.getRouteController().startRoute("watch");

        settle();

        assertThat(events).isEmpty();
    }

    @Test
    void only_watching_begins_a_route() {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("library:vault?operation=inventory").to("log:x");
                    }
                }))
                .hasStackTraceContaining("can't be the start of a route");
        assertThat(context.createProducerTemplate()
                        .send("library:vault?operation=mount&from=dte1", exchange -> {})
                        .getException())
                .hasMessageContaining("SBG-L001 there is no cartridge in drive dte1");
        assertThatThrownBy(() ->
                        context.getEndpoint("library:vault?operation=watch").createProducer())
                .hasMessageContaining("is the start of a route");
    }
}

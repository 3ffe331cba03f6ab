package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.NodeLauncher;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.library.Element;
import io.saddlebag.node.Node;
import io.saddlebag.volume.LibraryEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** What happens in a tape library that others made begins exchanges, as it does with a simulated one. */
@Tag("E3")
@Tag("M13")
@Tag("M14")
@Timeout(120)
class TapeLibraryEventsIT {
    private static final int SLOTS = 4;
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<LibraryEvent> events = new LinkedBlockingQueue<>();
    private TapeLab lab;
    private Node node;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        lab = TapeLab.start(Files.createDirectory(folder.resolve("t")), new TapeLab.Size(1, SLOTS, 4));
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "families:\n  nightly: { retention: 14d }\n");
        Files.writeString(home.resolve("config/devices.yaml"), """
                drives:
                  left:
                    attachments: [{ iscsi: "%s" }]
                    quirks: [countPositions, longReads]
                    element: dte1
                libraries:
                  vault:
                    attachments: [{ iscsi: "%s" }]
                    drives: [left]
                """.formatted(lab.drive(1), lab.changer()));
        node = new NodeLauncher().start(home);
        context = new DefaultCamelContext();
        context.getRegistry().bind("node", Node.class, node);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("library:vault?operation=watch&delay=50")
                        .process(exchange -> events.add(exchange.getMessage().getBody(LibraryEvent.class)));
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        try {
            if (context != null) {
                context.stop();
            }
            if (node != null) {
                node.close();
            }
        } finally {
            if (lab != null) {
                lab.close();
            }
        }
    }

    private LibraryEvent next() throws InterruptedException {
        LibraryEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    private void command(String operation) throws Exception {
        try (var commands = context.createProducerTemplate()) {
            commands.requestBody("library:vault?operation=" + operation, (Object) null);
        }
    }

    /** The look that saw the closed door has seen the inventory, too: what is done from now on is news. */
    private void openAndCloseTheDoor() throws Exception {
        command("opendoor");
        assertThat(next().kind()).isEqualTo(LibraryEvent.Kind.DOOR_OPENED);
        command("closedoor");
        assertThat(next().kind()).isEqualTo(LibraryEvent.Kind.DOOR_CLOSED);
    }

    @Test
    void doors_cartridges_that_come_and_moves_of_others_are_told() throws Exception {
        openAndCloseTheDoor();

        lab.bring("NEW001L6");
        LibraryEvent brought = next();
        LibraryEvent changed = next();
        assertThat(List.of(brought.kind(), changed.kind()))
                .containsExactly(LibraryEvent.Kind.IMPORT, LibraryEvent.Kind.INVENTORY_CHANGED);
        assertThat(brought.element()).isEqualTo(Element.mailSlot(1));
        assertThat(brought.text()).isEqualTo("a cartridge was put into iee1: NEW001L6");
        assertThat(changed.text()).isEqualTo("iee1 NEW001L6");
        assertThat(brought.library()).isEqualTo("vault");

        // another host's robot commands, of which nobody tells us
        lab.load(1, 2);
        assertThat(changes(2)).containsExactlyInAnyOrder("se2 empty", "dte1 " + TapeLab.barcode(2));
        assertThat(events).isEmpty();
    }

    /** Elements are read kind by kind: what another host moves meanwhile may be told in two events. */
    private List<String> changes(int elements) throws InterruptedException {
        List<String> all = new ArrayList<>();
        while (all.size() < elements) {
            LibraryEvent event = next();
            assertThat(event.kind()).isEqualTo(LibraryEvent.Kind.INVENTORY_CHANGED);
            all.addAll(List.of(event.text().split(", ")));
        }
        return all;
    }

    @Test
    void what_this_node_moves_is_no_import() throws Exception {
        openAndCloseTheDoor();

        command("move&from=se3&to=iee1");

        assertThat(next())
                .satisfies(event -> assertThat(event.kind()).isEqualTo(LibraryEvent.Kind.INVENTORY_CHANGED))
                .satisfies(event -> assertThat(event.text()).isEqualTo("se3 empty, iee1 " + TapeLab.barcode(3)));
        assertThat(events).isEmpty();
    }
}

package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.JobState;
import io.saddlebag.library.Element;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Move;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What robots and drives do in routes, over a library in memory: SBG001 in se1, SBG002 in se2, four slots, two drives, a mail slot. */
@Tag("M13")
@Tag("E3")
class LibraryEndpointTest {
    private static final Element SE1 = Element.slot(1);
    private static final Element IEE1 = Element.mailSlot(1);
    private static final Element DTE1 = Element.drive(1);

    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String operation) {
        return context.createProducerTemplate()
                .send(
                        "library:vault?operation=" + operation,
                        each -> each.getMessage().setBody("as it came"));
    }

    private Object done(String operation) {
        Exchange done = send(operation);
        assertThat(done.getException()).as(operation).isNull();
        return done.getMessage().getBody();
    }

    private void refused(String operation, String why) {
        assertThat(send(operation).getException()).hasMessageContaining(why);
    }

    @Test
    void a_scan_looks_at_what_was_moved_unseen() {
        node.vault.operatorMovesUnseen(SE1, Element.slot(4));
        assertThat(((Inventory) done("inventory")).at(SE1).orElseThrow().full()).isTrue();

        Inventory seen = (Inventory) done("scan");

        assertThat(seen.at(SE1).orElseThrow().full()).isFalse();
        assertThat(seen.at(Element.slot(4)).orElseThrow().barcode()).hasToString("SBG001");
    }

    @Test
    void cartridges_go_out_through_the_mail_slot_and_come_in() throws Exception {
        assertThat(done("export&from=se1")).isEqualTo(List.of(new Move(SE1, IEE1)));
        assertThat(node.vault.placeOf("SBG001")).isEqualTo(IEE1);
        refused("export&from=se2", "SBG-L002 can't move 1 cartridges of library vault ([se2]): there is room for 0 []");
        refused("import&from=se2", "the source se2 is the wrong kind of element");

        assertThat(done("import&from=iee1&to=se4")).isEqualTo(List.of(new Move(IEE1, Element.slot(4))));

        assertThat(node.vault.placeOf("SBG001")).isEqualTo(Element.slot(4));
        assertThat(node.jobs().jobs())
                .extracting(job -> job.request().task() + " " + job.state())
                .first()
                .asString()
                .contains("exportvol")
                .contains(JobState.COMPLETED.toString());
    }

    @Test
    void nothing_moves_while_the_door_is_open() throws Exception {
        done("opendoor");
        assertThat(node.vault.isDoorOpen()).isTrue();
        refused("move&from=se1&to=se3", "SBG-L005");

        done("closedoor");

        assertThat(node.vault.isDoorOpen()).isFalse();
        done("move&from=se1&to=se3");
    }

    @Test
    void a_drive_lets_go_of_its_cartridge_that_stays_in_it() throws Exception {
        refused("unmount&from=dte1", "SBG-L001 there is no cartridge in drive dte1 of library vault");
        done("load&from=se1&to=dte1");
        assertThat(node.vault.drive(1).state().loaded()).isTrue();

        assertThat(done("unmount&from=dte1")).isEqualTo("as it came");

        assertThat(node.vault.drive(1).state().loaded()).isFalse();
        assertThat(node.vault.placeOf("SBG001")).isEqualTo(DTE1);
        done("mount&from=dte1");
        assertThat(node.vault.drive(1).state().loaded()).isTrue();
    }

    @Test
    void an_empty_drive_has_nothing_to_unload() {
        refused("unload&from=dte1", "SBG-L001 can't unload drive dte1 of library vault: it is empty");
        refused("unload&from=se1", "the source se1 is the wrong kind of element");
    }

    @Test
    @Tag("M19")
    void a_reserved_drive_is_kept_from_jobs_until_it_is_released() throws Exception {
        assertThat(done("reserve&from=dte1")).isEqualTo("as it came");
        refused("reserve&from=dte1", "SBG-L010");
        refused("load&from=se1&to=dte1", "SBG-L010");
        assertThat(node.vault.placeOf("SBG001")).isEqualTo(SE1);

        done("release&from=dte1");

        done("load&from=se1&to=dte1");
        assertThat(node.jobs().jobs())
                .as("reserving leaves no job")
                .extracting(job -> job.request().task())
                .allMatch(task -> task.contains("loadvol"));
    }

    @Test
    @Tag("M17")
    void a_drive_is_cleaned_or_it_is_said_why_not() throws Exception {
        refused(
                "clean&from=dte1",
                "SBG-M030 drive vault-drive1 needs cleaning, but library vault has no cleaning cartridge");
        done("load&from=se1&to=dte1");
        refused("clean&from=dte1", "SBG-L002 can't clean drive dte1 of library vault: it holds cartridge SBG001");
        node.vault.operatorPuts(new MemoryCartridge("CLN001", Capacity.ofBlocks(1, 1)), Element.slot(4));

        done("clean&from=dte2");

        assertThat(node.vault.placeOf("CLN001")).isEqualTo(Element.slot(4));
        assertThat(node.library("vault").drives().cleaning().isDue(node.vault.drive(2)))
                .isFalse();
    }

    @Test
    @Tag("M18")
    void devices_are_discovered() {
        Exchange found = send("discover");

        assertThat(found.getException()).isNull();
        assertThat((List<?>) found.getMessage().getBody())
                .singleElement()
                .isInstanceOfSatisfying(
                        FoundDevice.class, each -> assertThat(each.serial()).isEqualTo("DRV00001"));
        assertThat(found.getMessage().getHeader(SaddlebagHeaders.JOB_FILE)).isNull();
    }
}

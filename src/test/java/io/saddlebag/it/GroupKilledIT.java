package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node, its guards and all of them are killed, and the node hangs, while all members of a group are frozen: right at the snapshot.
 * Nobody stays frozen or in backup mode, and the next backup of the group is one.
 */
class GroupKilledIT {
    private static final Duration WHILE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private enum Victim {
        NODE,
        GUARDS,
        NODE_AND_GUARDS,
        NODE_HANGS
    }

    @Test
    @Tag("W23")
    @Tag("W7")
    @Tag("W20")
    @Tag("Q11")
    void whoever_dies_while_a_group_is_frozen_leaves_no_member_frozen() throws Exception {
        try (GroupSite site = GroupSite.on(folder);
                CountedSteps steps = CountedSteps.start(site.members())) {
            SnapshotGate gate = SnapshotGate.in(folder.resolve("gate"));
            for (Victim victim : Victim.values()) {
                try (NodeProcess node = NodeProcess.start(site.home(), folder.resolve("node.log"), gate)) {
                    strike(victim, site, node, gate, steps);
                }
            }
            try (NodeProcess node = NodeProcess.start(site.home(), folder.resolve("node.log"))) {
                List<Long> before = steps.done();
                node.done(GroupSite.backup("shopfront"));
                List<Long> after = steps.done();
                steps.await(2);
                steps.stop();
                node.done("group", "restore", "shopfront");
                steps.requireOneInstant("after all", before, after);
            }
        }
    }

    private static void strike(Victim victim, GroupSite site, NodeProcess node, SnapshotGate gate, CountedSteps steps)
            throws Exception {
        gate.close();
        CompletableFuture<Said> said = CompletableFuture.supplyAsync(() -> {
            try {
                return node.run(GroupSite.backup("shopfront"));
            } catch (IOException dead) {
                return new Said(-1, "", String.valueOf(dead.getMessage()), "");
            }
        });
        gate.awaitReached(victim.toString(), said, GroupSite.PATIENT);
        requireFrozen(victim, site, steps);
        ProcessHandle process = ProcessHandle.of(node.pid()).orElseThrow();
        List<ProcessHandle> guards =
                process.descendants().filter(FreezeStrike::isGuard).toList();
        assertThat(guards)
                .as(victim + ": a guard for each member")
                .hasSize(site.members().size());
        List<ProcessHandle> struck = switch (victim) {
            case NODE, NODE_HANGS -> List.of(process);
            case GUARDS -> guards;
            case NODE_AND_GUARDS -> {
                List<ProcessHandle> all = new ArrayList<>(guards);
                all.add(process);
                yield all;
            }
        };
        FreezeStrike.signal(victim == Victim.NODE_HANGS ? "STOP" : "KILL", struck);
        gate.open();
        try {
            // a node that hangs is outlasted by the guards until the freeze's limit, and the lease of who isn't frozen
            steps.await(2);
            site.requireLetGo(
                    victim.toString(),
                    victim == Victim.NODE_HANGS ? site.members().subList(1, 3) : site.members());
            steps.await(2);
        } finally {
            if (victim == Victim.NODE_HANGS) {
                FreezeStrike.signal("CONT", struck);
            }
        }
        Said ended = said.get(GroupSite.PATIENT.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended.code()).as(victim + ": " + ended).isNotZero();
        site.requireLetGo(victim + ", after all");
    }

    /** A client may have gone on with the one step that it was in, in members whose turn had not come; and no further. */
    private static void requireFrozen(Victim victim, GroupSite site, CountedSteps steps) throws Exception {
        List<Long> reached = steps.done();
        for (OnlineSource each : site.members()) {
            assertThat(each.held()).as(victim + ": " + each.database()).isNotEmpty();
        }
        Until.passed(WHILE.toMillis());
        List<Long> later = steps.done();
        for (int i = 0; i < reached.size(); i++) {
            assertThat(later.get(i)).as(victim + ": steps").isBetween(reached.get(i), reached.get(i) + 1);
        }
    }
}

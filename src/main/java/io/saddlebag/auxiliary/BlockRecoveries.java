package io.saddlebag.auxiliary;

import io.saddlebag.database.BlockRepair;
import io.saddlebag.database.BlockRepair.Block;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.rehearsal.FencedScratch;
import io.saddlebag.restore.DatabaseDowntime;
import io.saddlebag.rollforward.BesideRecovery;
import io.saddlebag.rollforward.RecoverPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces single damaged blocks of a database (R8): its backup is restored beside it while it runs; then it is stopped, the copy is rolled
 * forward to where it was stopped, and the blocks are taken from there. Thread-safe; one at a time for each database.
 */
public final class BlockRecoveries {
    private static final Duration CHECK_LIMIT = Duration.ofHours(2);

    private final AuxiliaryServices services;
    private final AuxiliaryJobs jobs;
    private final FencedScratch fenced;

    public BlockRecoveries(AuxiliaryServices services) {
        this.services = services;
        this.fenced = new FencedScratch(services.restoring(), services.protectedPlaces());
        this.jobs = new AuxiliaryJobs(services);
    }

    /** What the request comes to; nothing is changed. */
    public RecoverPlan plan(BlockRequest request) throws IOException, InterruptedException {
        return planned(request).plan();
    }

    private BesideRecovery planned(BlockRequest request) throws IOException, InterruptedException {
        repair(adapter(request)).require(request.blocks());
        BesideRecovery recovery = services.recoveries().beside(request.whole());
        AuxiliaryInstance.require(fenced, services.restoring().files(), recovery, scratch(request));
        return recovery;
    }

    /**
     * Carries the request out. The database is down while the copy is rolled forward, and not while it is restored.
     *
     * @return the ended job
     * @throws BackupException when it can't be carried out: nothing was touched
     */
    public Job recover(BlockRequest request) throws IOException, InterruptedException {
        BesideRecovery recovery = planned(request);
        return jobs.run(
                request.whole(),
                recovery,
                "blocks",
                String.join(" ", request.blocks()),
                job -> recover(request, recovery, job));
    }

    private void recover(BlockRequest request, BesideRecovery recovery, JobRun job)
            throws IOException, InterruptedException {
        DatabaseAdapter database = adapter(request);
        BlockRepair repair = repair(database);
        List<Block> blocks = repair.require(request.blocks());
        FencedScratch.Place place = fenced.place(scratch(request), job.name());
        place.requireFree();
        Obligation owed = job.owe(DatabaseRecoveries.REMOVE, AuxiliaryJobs.facts(database, place));
        Throwable first = null;
        try (recovery) {
            AuxiliaryInstance auxiliary =
                    new AuxiliaryInstance(fenced, place, database, request.whole(), recovery, job);
            auxiliary.restore();
            job.checkCancelled();
            whileDown(repair, blocks, auxiliary, job, new DatabaseDowntime(services.restoring(), database.name()));
            job.act(
                    "check what the blocks belong to",
                    () -> repair.check(blocks, CHECK_LIMIT).forEach(job::output));
        } catch (IOException | InterruptedException | RuntimeException e) {
            first = e;
            throw e;
        } finally {
            AuxiliaryJobs.clean(database, place, job, owed, first, () -> {});
        }
    }

    private static void whileDown(
            BlockRepair repair, List<Block> blocks, AuxiliaryInstance auxiliary, JobRun job, DatabaseDowntime down)
            throws IOException, InterruptedException {
        try {
            down.begin(job);
            down.during(auxiliary::rollForward);
            Path aside = repair.aside(job.name().value().replace('/', '-'));
            List<BlockRepair.Replaced> done = new ArrayList<>();
            job.act(
                    "replace " + blocks.size() + (blocks.size() == 1 ? " block" : " blocks"),
                    () -> down.during(() ->
                            done.add(repair.replace(blocks, auxiliary.copy(), aside, down::requireDown, job::output))));
            tell(job, done.get(0), aside);
            down.end(job);
        } catch (IOException | InterruptedException | RuntimeException e) {
            down.bringBack(job, e);
            throw e;
        }
    }

    private static void tell(JobRun job, BlockRepair.Replaced done, Path aside) throws IOException {
        done.remarks().forEach(job::output);
        done.replaced().forEach(each -> job.output(each + " is replaced"));
        done.alike().forEach(each -> job.output(each + " was as it should be, and is left alone"));
        done.warnings().forEach(job::warn);
        if (!done.replaced().isEmpty()) {
            job.transcript().line("what they had is kept in " + aside + "; remove it when you are content");
        }
        job.figure("blocks-replaced", Integer.toString(done.replaced().size()));
        job.figure("blocks-alike", Integer.toString(done.alike().size()));
    }

    private Path scratch(BlockRequest request) {
        Path given = request.scratch();
        return given == null ? services.scratch() : given;
    }

    private DatabaseAdapter adapter(BlockRequest request) throws IOException {
        return services.restoring().databases().database(request.whole().database());
    }

    private static BlockRepair repair(DatabaseAdapter database) throws BackupException {
        return database.blockRepair().orElseThrow(() -> AuxiliaryInstance.without(database));
    }
}

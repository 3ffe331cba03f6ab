package io.saddlebag.operator;

import io.saddlebag.job.JobRun;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeException;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;

/** Asks by a durable request of the job, which anybody can answer, or a change in the library makes needless (M5, M15). */
final class JobDesk implements OperatorDesk {
    private final JobRun job;
    private final Library library;
    private final OperatorRequest.Audience audience;
    private final Patience patience;
    private final DriveWait drives;
    private final Check check;

    JobDesk(
            JobRun job,
            Library library,
            OperatorRequest.Audience audience,
            Patience patience,
            DriveWait drives,
            Check check) {
        this.drives = drives;
        this.job = job;
        this.library = library;
        this.audience = audience;
        this.patience = patience;
        this.check = check;
    }

    @Override
    public OperatorDesk with(Check another) {
        return new JobDesk(job, library, audience, patience, drives, () -> {
            check.stillWanted();
            another.stillWanted();
        });
    }

    @Override
    public void needVolume(String what) throws IOException, InterruptedException {
        long seen = library.inventory().generation();
        Wait.Outcome outcome = ask(
                OperatorRequest.Kind.VOLUME,
                what + " is needed in library " + library.name(),
                () -> library.inventory().generation() != seen);
        switch (outcome.end()) {
            case RETRY -> lookAgain();
            case ABORTED -> throw declined(outcome, what);
            case NOBODY_CAME -> throw nobodyCame(what);
            case ACCEPTED, CAME_ABOUT -> {}
        }
    }

    @Override
    public boolean awaitsDrive(String what) throws IOException, InterruptedException {
        return drives.again(what, check);
    }

    @Override
    public boolean acceptsLabel(String what) throws IOException, InterruptedException {
        Wait.Outcome outcome = ask(OperatorRequest.Kind.LABEL, what + ": may it be used", () -> false);
        if (outcome.end() == Wait.End.ABORTED) {
            throw declined(outcome, what);
        }
        return outcome.end() == Wait.End.ACCEPTED;
    }

    private Wait.Outcome ask(OperatorRequest.Kind kind, String wanted, Wait.Event event)
            throws IOException, InterruptedException {
        if (patience.end().passed()) {
            return new Wait.Outcome(Wait.End.NOBODY_CAME, "");
        }
        Wait wait = new Wait(job, patience, check);
        return wait.ask(new OperatorRequest.Question(kind, audience, wanted + ", within " + wait.timeLeft()), event);
    }

    /** Somebody says that it may be there: the robot may not have noticed that a hand reached in. */
    private void lookAgain() throws IOException {
        try {
            library.scan();
        } catch (LibraryException e) {
            // with what is known the job asks again, and tells what it saw
            job.transcript().line("library " + library.name() + " could not look into all elements: " + e.what());
        }
    }

    private VolumeException declined(Wait.Outcome outcome, String what) {
        return new VolumeException(
                VolumeFault.DECLINED,
                outcome.by() + " declined: " + what + " in library " + library.name(),
                "Repeat the job when what it asks for can be had.");
    }

    private VolumeException nobodyCame(String what) {
        return new VolumeException(
                VolumeFault.NO_VOLUME,
                "no volume for " + what + " in library " + library.name()
                        + (patience.length().isZero() ? "" : " within " + patience.length()),
                "Put a blank or expired cartridge in ('saddlebag library insertvol'), or the one that is asked for, and"
                        + " repeat the job.");
    }
}

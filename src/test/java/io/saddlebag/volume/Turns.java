package io.saddlebag.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets one of several threads run at a time. Each says where somebody else may come in between; who goes on is chosen by a
 * plan, so that a schedule can be played again.
 */
final class Turns {
    private static final long LONGEST_MILLIS = 60_000;
    /** So often in a row may nobody get what they wait for. */
    private static final int MOST_BLOCKED = 100;

    private final Plan plan;
    private final boolean[] done;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int turn;
    private int steps;
    private int blockedInARow;

    /** Who goes on. */
    @FunctionalInterface
    interface Plan {
        /** @param step from 1; @return any number, also of somebody who is done */
        int after(int step, int now);
    }

    /** What a thread does. */
    @FunctionalInterface
    interface Script {
        void run() throws Exception;
    }

    Turns(int actors, Plan plan) {
        this.plan = plan;
        this.done = new boolean[actors];
    }

    /** Plays all scripts to their ends. */
    void play(List<Script> scripts) throws InterruptedException {
        turn = alive(plan.after(0, 0));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            int me = i;
            Thread thread = new Thread(() -> act(me, scripts.get(me)), "actor " + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(LONGEST_MILLIS);
            if (thread.isAlive()) {
                throw new AssertionError("no end after " + steps() + " steps");
            }
        }
        Throwable first = failure.get();
        if (first != null) {
            throw new AssertionError(first.toString(), first);
        }
    }

    synchronized int steps() {
        return steps;
    }

    private void act(int me, Script script) {
        try {
            await(me);
            script.run();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        } finally {
            finished(me);
        }
    }

    /** Somebody else may come in between here. */
    synchronized void step(int me) {
        blockedInARow = 0;
        steps++;
        pass(me, plan.after(steps, me));
    }

    /** Nothing can be done before somebody else has done something. */
    synchronized void blocked(int me) {
        if (++blockedInARow > MOST_BLOCKED) {
            throw new AssertionError("nobody can go on after " + steps + " steps");
        }
        pass(me, me + 1);
    }

    private void pass(int me, int wanted) {
        turn = alive(wanted);
        notifyAll();
        await(me);
    }

    private synchronized void await(int me) {
        long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
        while (turn != me) {
            try {
                wait(LONGEST_MILLIS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (turn != me && System.nanoTime() > end) {
                throw new IllegalStateException("actor " + me + " never got its turn");
            }
        }
    }

    private synchronized void finished(int me) {
        done[me] = true;
        turn = alive(me + 1);
        notifyAll();
    }

    private int alive(int wanted) {
        for (int i = 0; i < done.length; i++) {
            int each = Math.floorMod(wanted + i, done.length);
            if (!done[each]) {
                return each;
            }
        }
        return 0;
    }

    /** @return the first thing that went wrong */
    @Nullable
    Throwable failure() {
        return failure.get();
    }
}

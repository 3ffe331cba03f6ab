-- Who may read and write a volume besides its owner (M29); null where its label says nothing.
alter table volume add column protection text;

"""Laws: when the tasks of a run of Tekton begin and end."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.tekton_pipelines import Pipeline, Task, plan_of


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Make a pipeline in which each task waits for some of those before it."""
    count = draw(st.integers(1, 6))
    names = [f"t{number}" for number in range(count)]
    tasks = [
        Task(name, tuple(sorted(draw(st.sets(st.sampled_from(names[:at])) if at else st.just(set())))), last=False)
        for at, name in enumerate(names)
    ]  # fmt: skip
    last = [Task(f"f{n}", (), last=True) for n in range(draw(st.integers(0, 2)))]
    mixed = draw(st.permutations([*tasks, *last]))
    return Pipeline("p", "default", {}, {}, tuple(mixed), {}, ())


@given(pipelines(), st.data())
def test_a_task_begins_when_all_that_it_waits_for_have_ended(
    pipeline: Pipeline, data: st.DataObject
) -> None:
    # given
    takes = {task.name: data.draw(st.integers(0, 9)) for task in pipeline.tasks}

    # when
    spans = {span.task: span for span in plan_of(pipeline, takes.__getitem__, None)}

    # then
    assert spans.keys() == takes.keys()
    end = max(spans[task.name].end_ns for task in pipeline.tasks if not task.last)
    for task in pipeline.tasks:
        span = spans[task.name]
        assert span.end_ns - span.begin_ns == takes[task.name]
        earliest = max((spans[one].end_ns for one in task.after), default=0)
        assert span.begin_ns == (end if task.last else earliest)


@given(pipelines(), st.data())
def test_once_a_task_has_failed_no_other_begins_but_the_last(
    pipeline: Pipeline, data: st.DataObject
) -> None:
    # given
    usual = [task for task in pipeline.tasks if not task.last]
    takes = {task.name: data.draw(st.integers(1, 9)) for task in pipeline.tasks}
    failing = data.draw(st.sampled_from(usual)).name

    # when
    spans = plan_of(pipeline, takes.__getitem__, failing)

    # then
    by_name = {span.task: span for span in spans}
    assert [span.task for span in spans if span.failed] == [failing]
    for task in pipeline.tasks:
        span = by_name.get(task.name)
        assert failing not in task.after or span is None
        if span is not None and not task.last:
            assert span.begin_ns < by_name[failing].end_ns
    assert all(task.name in by_name for task in pipeline.tasks if task.last)

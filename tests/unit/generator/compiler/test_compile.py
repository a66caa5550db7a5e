"""Controls compile to one script that registers them; the same tree gives the same bytes, wherever it is compiled."""

import pytest
from pcf_generator.compiler.toolchain import PINNED
from pcf_generator.ports.compiler import CompileFault

GOLDEN = [
    ("choice-buttons", "PcfBuilder", "ChoiceButtons"),
    ("progress-bar", "PcfBuilder", "ProgressBar"),
    ("slider", "Contoso", "VolumeSlider"),
    ("star-rating", "PcfBuilder", "StarRating"),
    ("text-input", "PcfBuilder", "TextInput"),
    ("toggle", "PcfBuilder", "Toggle"),
]
EXPORTS = "pcf_tools_652ac3f36e1e4bca82eb3c1dc44e6fad"


@pytest.fixture
def compiler(compiler_with, tmp_path):
    return compiler_with(folder=tmp_path)


async def faults_of(compiler, tree):
    with pytest.raises(CompileFault) as caught:
        await compiler(tree)
    return caught.value.messages


@pytest.mark.parametrize(("case", "namespace", "name"), GOLDEN)
async def test_a_golden_control_compiles(compiler, golden, case, namespace, name):
    script = await compiler(golden[case])
    assert script.startswith(f'var {EXPORTS}=(()=>{{"use strict";')
    assert f"ComponentFramework.registerControl('{namespace}.{name}',{EXPORTS}.{name})}}else{{" in script
    assert script.endswith(f"{namespace}.{name}={EXPORTS}.{name};{EXPORTS}=undefined}}\n")
    assert "sourceMappingURL" not in script


def test_every_golden_control_is_tried(golden):
    assert [case for case, _, _ in GOLDEN] == sorted(golden)


async def test_the_folder_leaves_no_trace(compiler_with, golden, tmp_path):
    places = [tmp_path / "a", tmp_path / "another place" / "größer"]
    for place in places:
        place.mkdir(parents=True)
    scripts = {await compiler_with(folder=place)(golden["slider"]) for place in places}
    assert len(scripts) == 1
    assert [] == [left for place in places for left in place.iterdir()]


def test_says_what_it_compiles_with(compiler):
    assert compiler.versions == PINNED


async def test_a_type_error_is_told_with_its_place(compiler, control):
    assert await faults_of(compiler, control(after="const wrong: number = 'x';\n")) == (
        "Dial/index.ts(16,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    )


async def test_types_of_the_manifest_count(compiler, control):
    told = await faults_of(compiler, control(after="export const of = (inputs: IInputs) => inputs.colour;\n"))
    assert told == ("Dial/index.ts(16,47): error TS2339: Property 'colour' does not exist on type 'IInputs'.",)


async def test_what_is_not_strict_is_refused(compiler, control):
    (told,) = await faults_of(compiler, control(after="export function of(value) { return value; }\n"))
    assert "implicitly has an 'any' type" in told


async def test_a_syntax_error_is_told_with_its_place(compiler, control):
    told = await faults_of(compiler, control(after="const = ;\n"))
    assert told[0].startswith("Dial/index.ts(16,7): error TS")


async def test_what_only_esbuild_minds_is_told_in_the_same_form(compiler, control):
    tree = control(
        {"Dial/more.d.ts": "export const there: number;\n"},
        before='import { there } from "./more";\n',
        after="void there;\n",
    )
    assert await faults_of(compiler, tree) == ('Dial/index.ts(1,23): error: Could not resolve "./more"',)


async def test_a_file_that_is_not_there_is_told_without_our_paths(compiler, control, tmp_path):
    told = await faults_of(
        compiler, control({"Dial/a.ts": "void 0;\n"}, before='import "./b";\nimport { x } from "./a";\n')
    )
    assert told
    assert str(tmp_path) not in "".join(told)
    assert any("File 'Dial/a.ts' is not a module" in line for line in told)


@pytest.mark.parametrize(
    "code",
    [
        "const nothing = 0; void nothing;\n",
        "class Dial {}\n void Dial;\n",
        "export default class Dial {}\n",
        "export class Dial {}\n",
        "export class Other {}\n",
        "export const Dial = 1;\n",
        "export type Dial = string;\n",
        "export interface Dial {}\n",
    ],
)
async def test_the_entry_must_export_the_control(compiler, control, code):
    told = await faults_of(compiler, control({"Dial/index.ts": code}))
    assert all(line.startswith("Dial/index.ts: error TS") for line in told)


async def test_a_control_without_destroy_is_none(compiler, control):
    code = control().file("Dial/index.ts").text.replace("    public destroy(): void {}\n", "")
    unsaid = code.replace(" implements ComponentFramework.StandardControl<IInputs, IOutputs>", "")
    assert "(3,14): error TS2420: " in (await faults_of(compiler, control({"Dial/index.ts": code})))[0]
    (told,) = await faults_of(compiler, control({"Dial/index.ts": unsaid}))
    assert told.startswith("Dial/index.ts: error TS2741: Property 'destroy' is missing in type 'Dial'")


async def test_many_faults_are_told_in_part(compiler, control):
    wrong = "".join(f"const wrong{number}: number = 'x';\n" for number in range(60))
    told = await faults_of(compiler, control(after=wrong))
    assert len(told) == 21
    assert told[-1] == "and 40 more"


async def test_a_style_sheet_goes_into_the_bundle(compiler, control):
    style = '.dial::before { content: "</style>\\2028"; color: red }'
    script = await compiler(control({"Dial/css/look.css": style}, before='import "./css/look.css";\n'))
    assert 'document.createElement("style")' in script
    assert ".dial::before" in script


@pytest.mark.parametrize("style", ["@import 'other.css';", ".a { background: url(/etc/passwd) }"])
async def test_a_style_sheet_that_asks_for_files_is_refused(compiler, control, style):
    tree = control({"Dial/look.css": style}, before='import "./look.css";\n')
    assert await faults_of(compiler, tree) == (
        "Dial/look.css: error: a style sheet that code imports cannot ask for other files",
    )


async def test_code_that_makes_code_is_refused(compiler, control):
    told = await faults_of(compiler, control(after="setTimeout(() => eval(String(1)), 1);\n"))
    assert told == ("error: the bundle makes code at run time, by eval or Function",)


async def test_a_bundle_that_no_environment_takes_is_refused(compiler, control):
    filler = "x" * (5 * 1024 * 1024)
    told = await faults_of(compiler, control(after=f'(window as unknown as {{ a: string }}).a = "{filler}";\n'))
    assert told == ("error: the bundle is larger than 5 MB",)


async def test_fields_keep_the_meaning_they_have_in_microsofts_build(compiler, control):
    script = await compiler(control(after="class Base { public x?: number; }\nnew Base();\n"))
    assert "defineProperty(this" not in script
